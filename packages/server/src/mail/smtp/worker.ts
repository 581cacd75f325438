import { setTimeout as after } from 'node:timers/promises'
import { hasReason, parseAccountEmail } from '@prebook/core'
import { findDeliveryFacts, hasDueDelivery, type DeliveryFacts, type DeliveryOutcome } from '@prebook/db'
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

/** Options of {@link startMailWorker}. */
export type MailWorkerOptions = {
  services: Services
  queue: DeliveryQueue
  connector: SmtpConnector
  links: MailLinks
  from: Mailbox
  /** Concurrent messages, and messages per second, of this process. */
  parallel: number
  perSecond: number
  /** Tries before a delivery has failed. */
  tries: number
  betweenTries: Backoff
  whileUnreachable: Backoff
  whileStoreBusy: Backoff
  /** Notified when there may be work. */
  signal: Signal
  /** How often to poll for work, in milliseconds. */
  pollEveryMs: number
  log: MailLog
}

/** A running mail worker. */
export type MailWorker = {
  /** Whether the mail server was available at the latest attempt. */
  reachable: () => boolean
  /** Starts no new message, waits for those in flight, and after `drainMs` milliseconds aborts and releases them. */
  stop: (drainMs: number) => Promise<void>
}

/** Tries to record an outcome when the store fails for another reason than `STORE_BUSY`. */
const MOST_FAULTS = 10

/**
 * Sends due deliveries. It claims a delivery only when it has an authenticated connection, so an unreachable server costs
 * no delivery a try.
 */
export function startMailWorker(options: MailWorkerOptions): MailWorker {
  const { services, queue, signal, log } = options
  const limiter = createRateLimiter(options.perSecond)
  const loops = new Set<Promise<void>>()
  /** Aborted when nothing new may start. */
  const stopping = new AbortController()
  /** Aborted when the time for messages in flight is over. */
  const aborting = new AbortController()
  const pool = createConnectionPool(options.connector, stopping.signal)
  let failures = 0
  let pausedUntil = 0

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      let nextPollMs = spread(options.pollEveryMs, Math.random())
      const pausedMs = pausedUntil - performance.now()
      // After a failure a single loop probes the server; the others start when a message gets through.
      const maxLoops = failures > 0 ? 1 : options.parallel
      if (pausedMs > 0) nextPollMs = pausedMs
      else if (loops.size < maxLoops && (await isAnythingDue())) startLoop()
      await signal.wait(nextPollMs)
    }
  }

  async function isAnythingDue(): Promise<boolean> {
    try {
      return await services.store.read((reader) => hasDueDelivery(reader, services.now()))
    } catch (error) {
      log.warn({ err: error }, 'could not check for due mail; retrying')
      return false
    }
  }

  function startLoop(): void {
    const loop = runLoop()
      .catch((error: unknown) => log.error({ err: error }, 'mail worker crashed; restarting'))
      .finally(() => {
        loops.delete(loop)
        // More mail may have become due while the loop was ending.
        if (!stopping.signal.aborted && failures === 0) signal.notify()
      })
    loops.add(loop)
  }

  /** Sends messages over one connection until nothing is due or the connection is no longer usable. */
  async function runLoop(): Promise<void> {
    const connection = await takeConnection()
    if (connection === null) return
    let completed: CompletedDelivery | null = null
    try {
      while (!stopping.signal.aborted && connection.usable() && performance.now() >= pausedUntil) {
        const waitMs = limiter.waitMs(performance.now())
        if (waitMs > 0) {
          completed = await complete(completed)
          await pauseUnless(stopping.signal, waitMs)
          continue
        }
        limiter.take(performance.now())
        const previous: CompletedDelivery | null = completed
        completed = null
        const delivery = await completeAndClaim(previous)
        if (delivery === null) break
        // Where one delivery was due there may be more: wake the poll to start another loop.
        if (loops.size < options.parallel) signal.notify()
        completed = { delivery, outcome: await attempt(delivery, connection) }
      }
    } finally {
      await complete(completed)
      pool.putBack(connection)
    }
  }

  /** Records an outcome and claims the next delivery. If that fails, records the outcome separately, with retries. */
  async function completeAndClaim(completed: CompletedDelivery | null): Promise<ClaimedDelivery | null> {
    try {
      return await queue.completeAndClaim(completed, true)
    } catch (error) {
      log.warn({ err: error }, 'could not update the delivery queue; retrying')
      await complete(completed)
      return null
    }
  }

  async function complete(completed: CompletedDelivery | null): Promise<null> {
    if (completed === null) return null
    for (let tries = 1; ; tries += 1) {
      try {
        await queue.completeAndClaim(completed, false)
        return null
      } catch (error) {
        // A busy store recovers, and the outcome is worth the wait: if it is abandoned, the lease expires and the message
        // is sent a second time.
        if (aborting.signal.aborted || (!hasReason(error, 'STORE_BUSY') && tries === MOST_FAULTS)) {
          queue.abandon(completed.delivery)
          log.error(
            { err: error, deliveryId: completed.delivery.id },
            'could not record the outcome of a delivery; the e-mail may be sent twice',
          )
          return null
        }
        const pauseMs = pauseAfter(tries, options.whileStoreBusy, Math.random())
        await pauseUnless(aborting.signal, pauseMs)
      }
    }
  }

  async function attempt(delivery: ClaimedDelivery, connection: SmtpConnection): Promise<DeliveryOutcome> {
    if (stopping.signal.aborted) return notTried()
    const first = await check(delivery)
    if (first.outcome !== null) return first.outcome
    const { facts } = first
    const to = parseAccountEmail(facts.email)
    if ('problem' in to) return { state: 'failed', error: 'The e-mail address is not valid.' }
    let withdrawn = null as DeliveryOutcome | null
    try {
      const mail = await composeMail(facts, to.email, options.from, options.links)
      // The server may take its time for each command, so what counts is the check when it asks for the message. Nothing is
      // awaited between that check and the first byte: it sees every cancellation, opt-out or deactivation acknowledged
      // before it, and a lease that another process took over.
      await connection.send(mail, async () => {
        const last = await check(delivery)
        withdrawn = last.facts?.email === facts.email ? null : (last.outcome ?? notTried())
        return withdrawn === null
      })
    } catch (error) {
      if (withdrawn === null)
        return aborting.signal.aborted ? notTried() : afterFailure(delivery, readSendFailure(error))
    }
    recovered()
    return withdrawn ?? { state: 'sent', at: services.now() }
  }

  /** Reads a delivery: its facts if it may be sent now, otherwise its outcome. */
  async function check(
    delivery: ClaimedDelivery,
  ): Promise<{ facts: DeliveryFacts; outcome: null } | { facts: null; outcome: DeliveryOutcome }> {
    let facts
    try {
      ;[facts] = await services.store.read((reader) => findDeliveryFacts(reader, [delivery.id]))
    } catch (error) {
      log.warn({ err: error }, 'could not check a delivery before sending; retrying')
      return { facts: null, outcome: notTried(1_000) }
    }
    if (facts === undefined || facts.leaseToken !== delivery.token || facts.state !== 'sending')
      return { facts: null, outcome: notTried() }
    const reason = skipReason(facts)
    return reason === null ? { facts, outcome: null } : { facts: null, outcome: { state: 'skipped', reason } }
  }

  /** The delivery is due again after `pauseMs` milliseconds, at no cost of a try. */
  function notTried(pauseMs = 0): DeliveryOutcome {
    return { state: 'pending', nextAttemptAt: services.now() + pauseMs, error: null }
  }

  function afterFailure(delivery: ClaimedDelivery, failure: SmtpFailure): DeliveryOutcome {
    if (failure.pausesAll) unreachable(failure)
    else recovered()
    const error = failure.text
    const at = services.now()
    if (failure.kind === 'server') return { state: 'pending', nextAttemptAt: at, error: null }
    const tries = delivery.attempts + 1
    if (failure.kind === 'refused' || tries >= options.tries) {
      log.warn({ deliveryId: delivery.id, tries, error }, 'delivery failed')
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
    // Connections that fail together count as one failure.
    if (performance.now() < pausedUntil) return
    failures += 1
    const pauseMs = pauseAfter(failures, options.whileUnreachable, Math.random())
    pausedUntil = performance.now() + pauseMs
    const fields = { error: failure.text, failures, pauseMs }
    if (failures === 1) log.warn(fields, 'mail server unavailable; mail is queued and will be retried')
    else log.info(fields, 'mail server still unavailable')
  }

  function recovered(): void {
    if (failures === 0) return
    log.info({ failures }, 'mail server available again')
    failures = 0
    pausedUntil = 0
    signal.notify()
  }

  async function pauseUnless(abort: AbortSignal, ms: number): Promise<void> {
    await after(ms, undefined, { signal: abort }).catch(() => {})
  }

  const polling = poll()

  return {
    reachable: () => failures === 0,
    async stop(drainMs) {
      const timer = setTimeout(() => {
        aborting.abort()
        pool.destroy()
      }, drainMs)
      stopping.abort()
      signal.notify()
      await polling
      await Promise.all(loops)
      clearTimeout(timer)
      pool.quitIdle()
    },
  }
}
