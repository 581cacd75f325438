import type { Services } from '../services.ts'
import { createSignal, type Signal } from './signal.ts'
import { createDeliveryQueue } from './outbox/delivery-queue.ts'
import { dispatchWaitlists } from './outbox/dispatcher.ts'
import { holdDeliveries } from './outbox/hold-deliveries.ts'
import type { MailLinks } from './content/links.ts'
import type { Mailbox } from './content/mailbox.ts'
import { countOutcome, createMailCounters, createMailFigures, type MailFigures } from './mail-figures.ts'
import type { MailLog } from './mail-log.ts'
import { startMailWorker } from './smtp/worker.ts'
import { BETWEEN_TRIES, spread, WHILE_STORE_BUSY, WHILE_UNREACHABLE, type Backoff } from './smtp/backoff.ts'
import { createSmtpConnector } from './smtp/connection.ts'

/** How mail goes out. */
export type SmtpSettings = {
  /** `smtp://` or `smtps://`, with a user and a password if the server wants them. */
  url: string
  from: Mailbox
  links: MailLinks
  /** Messages at the same time, messages a second, and tries of one delivery: of each process. */
  parallel: number
  perSecond: number
  tries: number
}

/** How patient it is, in milliseconds. The defaults are for production; tests have less time. */
export type MailTimes = {
  /** How long a claim lasts when its holder says nothing more; it is renewed three times as often. */
  leaseMs: number
  /** How often work is looked for without being told. */
  lookEveryMs: number
  betweenTries: Backoff
  whileUnreachable: Backoff
  whileStoreBusy: Backoff
}

// A dead process's deliveries are due again after a lease and found by the next look: 37 seconds at most.
const TIMES: MailTimes = {
  leaseMs: 30_000,
  lookEveryMs: 5_000,
  betweenTries: BETWEEN_TRIES,
  whileUnreachable: WHILE_UNREACHABLE,
  whileStoreBusy: WHILE_STORE_BUSY,
}

/** Mail at work in this process. */
export type RunningMail = {
  figures: () => Promise<MailFigures>
  /** Looks for work now, not at the next look. */
  wake: () => void
  /** Begins nothing more, waits for what is under way for at most `drainMs` milliseconds, and hands back the rest. */
  stop: (drainMs: number) => Promise<void>
}

/**
 * Starts writing deliveries for whatever was broadcast, and sending them, until it is stopped. Several processes share
 * the work. What is told by the store's news is a reason to look at once; looking every few seconds is what finds all.
 *
 * @param smtp null keeps every delivery instead of sending it
 */
export function startMail(
  services: Services,
  smtp: SmtpSettings | null,
  log: MailLog,
  times: MailTimes = TIMES,
): RunningMail {
  const { store, now } = services
  const counters = createMailCounters()
  const dispatchBell = createSignal()
  const sendBell = createSignal()
  const life = { stopping: false }

  const deafen = store.listen((news) => {
    if (news.kind === 'missed' || (news.kind === 'stock' && news.closedWaitlistId !== null))
      dispatchBell.notify()
    if (news.kind === 'redriven') sendBell.notify()
  })
  const dispatching = repeat(dispatchBell, 'deliveries could not be written', () =>
    dispatchWaitlists(services, { stopped: () => life.stopping, written: () => sendBell.notify() }),
  )
  const sender = smtp === null ? startKeeping() : startSending(smtp)

  /** Does something over and over, at once when the bell rings, until the end. What fails is tried again. */
  async function repeat(bell: Signal, failure: string, work: () => Promise<void>): Promise<void> {
    while (!life.stopping) {
      try {
        await work()
      } catch (error) {
        log.warn({ err: error }, `${failure}; trying again soon`)
      }
      if (!life.stopping) await bell.wait(spread(times.lookEveryMs, Math.random()))
    }
  }

  function startKeeping() {
    const keeping = repeat(sendBell, 'deliveries could not be kept', async () => {
      while (
        !life.stopping &&
        (await holdDeliveries(services, (outcome) => countOutcome(counters, outcome)))
      ) {
        // Until nothing more is due.
      }
    })
    return { reachable: () => null, stop: () => keeping }
  }

  function startSending(settings: SmtpSettings) {
    const desk = createDeliveryQueue({
      store,
      now,
      leaseMs: times.leaseMs,
      concluded: ({ outcome }) => countOutcome(counters, outcome),
      lost(held) {
        counters.lost += 1
        log.warn({ deliveryId: held.id }, 'another process took a delivery over; what it does counts')
      },
    })
    const renewing = setInterval(() => {
      desk.renew().catch((error: unknown) => log.warn({ err: error }, 'leases could not be renewed'))
    }, times.leaseMs / 3)
    const office = startMailWorker({
      ...settings,
      services,
      desk,
      lines: createSmtpConnector(settings.url),
      betweenTries: times.betweenTries,
      whileUnreachable: times.whileUnreachable,
      whileStoreBusy: times.whileStoreBusy,
      bell: sendBell,
      lookEveryMs: times.lookEveryMs,
      log,
    })
    return {
      reachable: office.reachable,
      async stop(drainMs: number) {
        await office.stop(drainMs)
        clearInterval(renewing)
      },
    }
  }

  return {
    figures: createMailFigures({ store, now, counters, serverReachable: () => sender.reachable() }),
    wake() {
      dispatchBell.notify()
      sendBell.notify()
    },
    async stop(drainMs) {
      life.stopping = true
      deafen()
      dispatchBell.notify()
      sendBell.notify()
      await Promise.all([dispatching, sender.stop(drainMs)])
    },
  }
}
