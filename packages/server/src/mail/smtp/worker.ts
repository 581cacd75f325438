import { setTimeout as after } from 'node:timers/promises'
import { Email, hasReason } from '@prebook/core'
import { findDeliveryFacts, hasDueDelivery, type DeliveryOutcome } from '@prebook/db'
import type { Services } from '../../services.ts'
import type { Signal } from '../signal.ts'
import { skipReason } from '../outbox/check-delivery.ts'
import { composeMail } from '../content/compose-mail.ts'
import type { DeliveryQueue, ClaimedDelivery, CompletedDelivery } from '../outbox/delivery-queue.ts'
import { createConnectionPool } from './connection-pool.ts'
import type { MailLinks } from '../content/links.ts'
import type { Mailbox } from '../content/mailbox.ts'
import type { MailLog } from '../mail-log.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { pauseAfter, spread, type Backoff } from './backoff.ts'
import { readConnectFailure, readSendFailure, type SmtpFailure } from './failure.ts'
import type { SmtpConnection, SmtpConnector } from './connection.ts'

/** How sending goes about its work. */
export type MailWorkerOptions = {
  services: Services
  desk: DeliveryQueue
  lines: SmtpConnector
  links: MailLinks
  from: Mailbox
  /** Messages at the same time, and messages a second: of this process. */
  parallel: number
  perSecond: number
  /** Tries of one delivery before it has failed. */
  tries: number
  betweenTries: Backoff
  whileUnreachable: Backoff
  whileStoreBusy: Backoff
  /** Rung when there may be work. */
  bell: Signal
  /** How often it looks for work without being told, in milliseconds. */
  lookEveryMs: number
  log: MailLog
}

/** Sending at work. */
export type MailWorker = {
  /** Whether the mail server took the last thing that was tried. */
  reachable: () => boolean
  /** Begins no further message and waits for those under way; after `drainMs` hangs up and hands the rest back. */
  stop: (drainMs: number) => Promise<void>
}

/** How often it is tried to write an outcome down that the store refuses although it is there. */
const MOST_FAULTS = 10

/**
 * Sends what is due. Each message has a line to the server that is already open and signed in before its delivery is
 * even claimed: a server that cannot be reached costs no delivery a try.
 */
export function startMailWorker(options: MailWorkerOptions): MailWorker {
  const { services, desk, bell, log } = options
  const pace = createRateLimiter(options.perSecond)
  const loops = new Set<Promise<void>>()
  /** Aborted when nothing more may begin, and when what is under way has had its time. */
  const stopping = new AbortController()
  const hangingUp = new AbortController()
  const pool = createConnectionPool(options.lines, stopping.signal)
  let failures = 0
  let pausedUntil = 0

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      let nextLookMs = spread(options.lookEveryMs, Math.random())
      const pausedMs = pausedUntil - performance.now()
      // After a failure one lane feels its way; the others follow when a message is through.
      const most = failures > 0 ? 1 : options.parallel
      if (pausedMs > 0) nextLookMs = pausedMs
      else if (loops.size < most && (await isAnythingDue())) startLoop()
      await bell.wait(nextLookMs)
    }
  }

  async function isAnythingDue(): Promise<boolean> {
    try {
      return await services.store.read((reader) => hasDueDelivery(reader, services.now()))
    } catch (error) {
      log.warn({ err: error }, 'could not look for mail to send; looking again soon')
      return false
    }
  }

  function startLoop(): void {
    const lane = runLoop()
      .catch((error: unknown) => log.error({ err: error }, 'sending mail stopped short; going on soon'))
      .finally(() => {
        loops.delete(lane)
        // Something may have come while it was on its way out.
        if (!stopping.signal.aborted && failures === 0) bell.notify()
      })
    loops.add(lane)
  }

  /** Sends one message after another over a line, until nothing is due or the line is of no more use. */
  async function runLoop(): Promise<void> {
    const line = await takeConnection()
    if (line === null) return
    let settled: CompletedDelivery | null = null
    try {
      while (!stopping.signal.aborted && line.usable() && performance.now() >= pausedUntil) {
        const waitMs = pace.waitMs(performance.now())
        if (waitMs > 0) {
          settled = await handBack(settled)
          await pauseUnless(stopping.signal, waitMs)
          continue
        }
        pace.take(performance.now())
        const handing: CompletedDelivery | null = settled
        settled = null
        const held = await exchange(handing)
        if (held === null) break
        // Where one was due there may be more: the next lane looks.
        if (loops.size < options.parallel) bell.notify()
        settled = { held, outcome: await attempt(held, line) }
      }
    } finally {
      await handBack(settled)
      pool.putBack(line)
    }
  }

  /** Hands one back and takes the next; what cannot be handed back now is tried again on its own. */
  async function exchange(settled: CompletedDelivery | null): Promise<ClaimedDelivery | null> {
    try {
      return await desk.exchange(settled, true)
    } catch (error) {
      log.warn({ err: error }, 'could not write down how sending went; trying again')
      await handBack(settled)
      return null
    }
  }

  async function handBack(settled: CompletedDelivery | null): Promise<null> {
    if (settled === null) return null
    for (let tries = 1; ; tries += 1) {
      try {
        await desk.exchange(settled, false)
        return null
      } catch (error) {
        // A store that is away comes back, and then it counts. Given up, the lease runs out, and the message goes out once
        // more: at least once.
        if (hangingUp.signal.aborted || (!hasReason(error, 'STORE_BUSY') && tries === MOST_FAULTS)) {
          desk.letGo(settled.held)
          log.error({ err: error, deliveryId: settled.held.id }, 'how sending went is not written down')
          return null
        }
        const pauseMs = pauseAfter(tries, options.whileStoreBusy, Math.random())
        await pauseUnless(hangingUp.signal, pauseMs)
      }
    }
  }

  async function attempt(held: ClaimedDelivery, line: SmtpConnection): Promise<DeliveryOutcome> {
    const untried: DeliveryOutcome = { state: 'pending', nextAttemptAt: services.now(), error: null }
    if (stopping.signal.aborted) return untried
    let facts
    try {
      ;[facts] = await services.store.read((reader) => findDeliveryFacts(reader, [held.id]))
    } catch (error) {
      log.warn({ err: error }, 'could not check a delivery before sending; trying again soon')
      return { ...untried, nextAttemptAt: services.now() + 1_000 }
    }
    // From that check to the first command on the line nothing is awaited: a cancel, an opt-out or a deactivation that
    // was acknowledged before it is seen by it, and so is a lease that somebody else took over.
    if (facts === undefined || facts.leaseToken !== held.token || facts.state !== 'sending') return untried
    const reason = skipReason(facts)
    if (reason !== null) return { state: 'skipped', reason }
    const to = Email.safeParse(facts.email)
    if (!to.success) return { state: 'failed', error: 'The address cannot be used.' }
    const sending = line.send(composeMail(facts, to.data, options.from, options.links))
    try {
      await sending
    } catch (error) {
      return hangingUp.signal.aborted ? untried : afterFailure(held, readSendFailure(error))
    }
    recovered()
    return { state: 'sent', at: services.now() }
  }

  function afterFailure(held: ClaimedDelivery, failure: SmtpFailure): DeliveryOutcome {
    if (failure.pausesAll) unreachable(failure)
    else recovered()
    const error = failure.text
    const at = services.now()
    if (failure.kind === 'server') return { state: 'pending', nextAttemptAt: at, error: null }
    const tries = held.attempts + 1
    if (failure.kind === 'refused' || tries >= options.tries) {
      log.warn({ deliveryId: held.id, tries, error }, 'a mail could not be sent')
      return { state: 'failed', error }
    }
    return {
      state: 'pending',
      nextAttemptAt: at + pauseAfter(tries, options.betweenTries, Math.random()),
      error,
    }
  }

  async function takeConnection(): Promise<SmtpConnection | null> {
    try {
      return await pool.take()
    } catch (error) {
      if (!stopping.signal.aborted) unreachable(readConnectFailure(error))
      return null
    }
  }

  function unreachable(failure: SmtpFailure): void {
    // Lanes that broke together count once.
    if (performance.now() < pausedUntil) return
    failures += 1
    const pauseMs = pauseAfter(failures, options.whileUnreachable, Math.random())
    pausedUntil = performance.now() + pauseMs
    const line = { error: failure.text, failures, pauseMs }
    if (failures === 1)
      log.warn(line, 'the mail server fails; nothing is lost, sending goes on when it is back')
    else log.info(line, 'the mail server still fails')
  }

  function recovered(): void {
    if (failures === 0) return
    log.info({ failures }, 'the mail server is back')
    failures = 0
    pausedUntil = 0
    bell.notify()
  }

  async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
    await after(ms, undefined, { signal }).catch(() => {})
  }

  const looking = look()

  return {
    reachable: () => failures === 0,
    async stop(drainMs) {
      const timer = setTimeout(() => {
        hangingUp.abort()
        pool.destroy()
      }, drainMs)
      stopping.abort()
      bell.notify()
      await looking
      await Promise.all(loops)
      clearTimeout(timer)
      pool.quitIdle()
    },
  }
}
