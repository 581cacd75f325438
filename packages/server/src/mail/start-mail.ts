import type { Services } from '../services.ts'
import { createSignal, type Signal } from './signal.ts'
import { createDeliveryQueue } from './outbox/delivery-queue.ts'
import { dispatchDeliveries } from './outbox/dispatcher.ts'
import { dropOldWishes } from './outbox/drop-old-wishes.ts'
import { holdDeliveries } from './outbox/hold-deliveries.ts'
import type { MailLinks } from './content/links.ts'
import type { Mailbox } from './content/mailbox.ts'
import { countOutcome, createMailCounters, createMailFigures, type MailFigures } from './mail-figures.ts'
import type { MailLog } from './mail-log.ts'
import { startMailWorker } from './smtp/worker.ts'
import { BETWEEN_TRIES, spread, WHILE_STORE_BUSY, WHILE_UNREACHABLE, type Backoff } from './smtp/backoff.ts'
import { createSmtpConnector } from './smtp/connection.ts'
import type { SmtpServerSettings } from './smtp/tls.ts'

/** Settings for sending mail by SMTP. */
export type SmtpSettings = SmtpServerSettings & {
  from: Mailbox
  links: MailLinks
  /** Concurrent messages, messages per second, and tries per delivery. Each process has its own limits. */
  parallel: number
  perSecond: number
  tries: number
}

/** Intervals and backoffs, in milliseconds. The defaults are for production; tests use shorter ones. */
export type MailTimes = {
  /** How long a claim is valid without renewal. It is renewed three times in that period. */
  leaseMs: number
  /** How often to poll for work. */
  pollEveryMs: number
  betweenTries: Backoff
  whileUnreachable: Backoff
  whileStoreBusy: Backoff
}

// The deliveries of a dead process are due again after one lease and found by the next poll, within 37 seconds.
const TIMES: MailTimes = {
  leaseMs: 30_000,
  pollEveryMs: 5_000,
  betweenTries: BETWEEN_TRIES,
  whileUnreachable: WHILE_UNREACHABLE,
  whileStoreBusy: WHILE_STORE_BUSY,
}

/** The running mail subsystem of this process. */
export type RunningMail = {
  figures: () => Promise<MailFigures>
  /** Polls for work immediately. */
  wake: () => void
  /** Starts nothing new, waits up to `drainMs` milliseconds for messages in flight, and releases the rest. */
  stop: (drainMs: number) => Promise<void>
}

/**
 * Starts writing deliveries for broadcasts and sending them, until stopped. Several processes can share the work. Store
 * events trigger work immediately; polling finds whatever an event missed.
 *
 * @param smtp null holds every delivery instead of sending it
 */
export function startMail(
  services: Services,
  smtp: SmtpSettings | null,
  log: MailLog,
  times: MailTimes = TIMES,
): RunningMail {
  const { store, now } = services
  const counters = createMailCounters()
  const dispatchSignal = createSignal()
  const sendSignal = createSignal()
  /** Only notified to stop. */
  const dropSignal = createSignal()
  const life = { stopping: false }

  const unsubscribe = store.listen((event) => {
    const closedWaitlist =
      event.kind === 'stock' ? event.closedWaitlistId !== null : event.kind === 'waitlist'
    if (event.kind === 'missed' || closedWaitlist) dispatchSignal.notify()
    if (event.kind === 'mail-queued') sendSignal.notify()
  })
  const dropping = repeat(dropSignal, 'could not delete unsent mail to guests', () => dropOldWishes(services))
  const dispatching = repeat(dispatchSignal, 'could not queue deliveries', async () => {
    let written = 0
    await dispatchDeliveries(services, {
      stopped: () => life.stopping,
      written(deliveries) {
        written += deliveries
        if (smtp !== null) sendSignal.notify()
      },
    })
    // Holding mail can wait, and would slow down the writing of the rest.
    if (smtp === null && written > 0) sendSignal.notify()
  })
  const sender = smtp === null ? startHolding() : startSending(smtp)

  /** Repeats the work on every signal and every poll, until stopped. Failed work is retried at the next one. */
  async function repeat(signal: Signal, failure: string, work: () => Promise<void>): Promise<void> {
    while (!life.stopping) {
      try {
        await work()
      } catch (error) {
        log.warn({ err: error }, `${failure}; retrying`)
      }
      if (!life.stopping) await signal.wait(spread(times.pollEveryMs, Math.random()))
    }
  }

  function startHolding() {
    const holding = repeat(sendSignal, 'could not hold deliveries', async () => {
      while (
        !life.stopping &&
        (await holdDeliveries(services, (outcome) => countOutcome(counters, outcome)))
      ) {
        // Until nothing more is due.
      }
    })
    return { reachable: () => null, stop: () => holding }
  }

  function startSending(settings: SmtpSettings) {
    const queue = createDeliveryQueue({
      store,
      now,
      leaseMs: times.leaseMs,
      onCompleted: ({ outcome }) => countOutcome(counters, outcome),
      onLost(delivery) {
        counters.lost += 1
        log.warn(
          { deliveryId: delivery.id },
          'another process took over a delivery, or its account was erased; the outcome of this process does not count',
        )
      },
    })
    const renewing = setInterval(() => {
      queue
        .renew()
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not renew the leases of deliveries; retrying'),
        )
    }, times.leaseMs / 3)
    const worker = startMailWorker({
      ...settings,
      services,
      queue,
      connector: createSmtpConnector(settings),
      betweenTries: times.betweenTries,
      whileUnreachable: times.whileUnreachable,
      whileStoreBusy: times.whileStoreBusy,
      signal: sendSignal,
      pollEveryMs: times.pollEveryMs,
      log,
    })
    return {
      reachable: worker.reachable,
      async stop(drainMs: number) {
        await worker.stop(drainMs)
        clearInterval(renewing)
      },
    }
  }

  return {
    figures: createMailFigures({ store, now, counters, serverReachable: () => sender.reachable() }),
    wake() {
      dispatchSignal.notify()
      sendSignal.notify()
    },
    async stop(drainMs) {
      life.stopping = true
      unsubscribe()
      for (const signal of [dispatchSignal, sendSignal, dropSignal]) signal.notify()
      await Promise.all([dispatching, dropping, sender.stop(drainMs)])
    },
  }
}
