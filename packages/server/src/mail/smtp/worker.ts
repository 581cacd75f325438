import { setTimeout as after } from 'node:timers/promises'
import { DeliveryLane, hasReason, parseAccountEmail } from '@prebook/core'
import { hasDueDelivery, type AddressRefusal, type DeliveryOutcome } from '@prebook/db'
import type { Services } from '../../services.ts'
import type { Signal } from '../signal.ts'
import { composeMail } from '../content/compose-mail.ts'
import type { CheckedMail } from '../content/mail-kind.ts'
import { readMails } from '../content/mail-kinds.ts'
import { readMessageIds, type MessageIds } from '../content/message-ids.ts'
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
  /** Concurrent messages, and messages per second, of this process. Mail in the lane `now` may use one message more. */
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
  const loops: Record<DeliveryLane, Set<Promise<void>>> = { now: new Set(), bulk: new Set() }
  /** Aborted when nothing new may start. */
  const stopping = new AbortController()
  /** Aborted when the time for messages in flight is over. */
  const aborting = new AbortController()
  const pool = createConnectionPool(options.connector, stopping.signal)
  /** Addresses to which a message is in flight, each with a promise for its end. */
  const sending = new Map<string, Promise<void>>()
  /** Refusals that were recorded. What was read before the latest one may not show it. */
  let recordedRefusals = 0
  let messageIds: Promise<MessageIds> | undefined
  let failures = 0
  let pausedUntil = 0

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      let nextPollMs = spread(options.pollEveryMs, Math.random())
      const pausedMs = pausedUntil - performance.now()
      if (pausedMs > 0) nextPollMs = pausedMs
      else for (const lane of DeliveryLane.options) if (mayStart(lane) && (await isDue(lane))) startLoop(lane)
      await signal.wait(nextPollMs)
    }
  }

  /** Bulk mail never uses the last connection, which is for mail that somebody waits for. */
  function mayStart(lane: DeliveryLane): boolean {
    const busy = loops.now.size + loops.bulk.size
    // After a failure a single loop probes the server; the others start when a message gets through.
    if (failures > 0) return busy === 0
    return lane === 'now'
      ? loops.now.size === 0 || busy < options.parallel
      : loops.bulk.size < options.parallel
  }

  async function isDue(lane: DeliveryLane): Promise<boolean> {
    try {
      return await services.store.read((reader) => hasDueDelivery(reader, lane, services.now()))
    } catch (error) {
      log.warn({ err: error }, 'could not check for due mail; retrying')
      return false
    }
  }

  function startLoop(lane: DeliveryLane): void {
    const loop = runLoop(lane)
      .catch((error: unknown) => log.error({ err: error }, 'mail worker crashed; restarting'))
      .finally(() => {
        loops[lane].delete(loop)
        // More mail may have become due while the loop was ending.
        if (!stopping.signal.aborted && failures === 0) signal.notify()
      })
    loops[lane].add(loop)
  }

  /** Sends messages over one connection until nothing is due or the connection is no longer usable. */
  async function runLoop(lane: DeliveryLane): Promise<void> {
    const connection = await takeConnection()
    if (connection === null) return
    let completed: CompletedDelivery | null = null
    try {
      while (!stopping.signal.aborted && connection.usable() && performance.now() >= pausedUntil) {
        // An outcome is not kept waiting for the next message.
        if (!limiter.isFree()) completed = await complete(completed)
        if (!(await limiter.take(lane, stopping.signal))) break
        const previous: CompletedDelivery | null = completed
        completed = null
        const delivery = await completeAndClaim(previous, lane)
        if (delivery === null) break
        // Where one delivery was due there may be more: wake the poll to start another loop.
        if (mayStart(lane)) signal.notify()
        completed = await attemptAlone(delivery, lane, connection)
      }
    } finally {
      await complete(completed)
      pool.putBack(connection)
    }
  }

  /** Records an outcome and claims the next delivery. If that fails, records the outcome separately, with retries. */
  async function completeAndClaim(
    completed: CompletedDelivery | null,
    lane: DeliveryLane,
  ): Promise<ClaimedDelivery | null> {
    try {
      return await queue.completeAndClaim(completed, lane)
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
        await queue.completeAndClaim(completed, null)
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

  /**
   * Attempts a delivery when no other message of its lane is in flight to the same address, so that an address that is
   * refused is tried once.
   *
   * @returns the outcome; null when it is already recorded
   */
  async function attemptAlone(
    delivery: ClaimedDelivery,
    lane: DeliveryLane,
    connection: SmtpConnection,
  ): Promise<CompletedDelivery | null> {
    for (;;) {
      if (stopping.signal.aborted) return { delivery, outcome: notTried() }
      const refusalsBefore = recordedRefusals
      const checked = await check(delivery)
      if (checked.outcome !== null) return { delivery, outcome: checked.outcome }
      const key = `${lane} ${checked.mail.facts.email}`
      const other = sending.get(key)
      if (other !== undefined) await other
      if (other !== undefined || recordedRefusals !== refusalsBefore) continue
      const { promise, resolve } = Promise.withResolvers<void>()
      sending.set(key, promise)
      try {
        const completed = { delivery, outcome: await attempt(delivery, checked.mail, connection) }
        if (!('refusal' in completed.outcome)) return completed
        // The next message to this address must see the refusal.
        await complete(completed)
        recordedRefusals += 1
        return null
      } finally {
        sending.delete(key)
        resolve()
      }
    }
  }

  async function attempt(
    delivery: ClaimedDelivery,
    mail: CheckedMail,
    connection: SmtpConnection,
  ): Promise<DeliveryOutcome> {
    const { facts } = mail
    const to = parseAccountEmail(facts.email ?? '')
    if ('problem' in to) return { state: 'failed', error: 'The e-mail address is not valid.' }
    const ids = await loadMessageIds()
    if (ids === null) return notTried(1_000)
    let withdrawn = null as DeliveryOutcome | null
    try {
      const message = mail.write(options.links, { currency: services.currency.code })
      const messageId = ids(facts, options.from)
      const composed = await composeMail({ message, messageId, to: to.email, from: options.from })
      // The server may take its time for each command, so what counts is the check when it asks for the message. Nothing is
      // awaited between that check and the first byte: it sees every cancellation, opt-out or deactivation acknowledged
      // before it, and a lease that another process took over.
      await connection.send(composed, async () => {
        const last = await check(delivery)
        withdrawn = last.mail?.facts.email === facts.email ? null : (last.outcome ?? notTried())
        return withdrawn === null
      })
    } catch (error) {
      if (withdrawn === null)
        return aborting.signal.aborted ? notTried() : afterFailure(delivery, mail, readSendFailure(error))
    }
    recovered()
    if (withdrawn !== null) return withdrawn
    const accepted = facts.refusals > 0 && facts.email !== null ? { accepted: facts.email } : {}
    return { state: 'sent', at: services.now(), ...accepted }
  }

  /** How Message-IDs are made; null while the store cannot be read. */
  async function loadMessageIds(): Promise<MessageIds | null> {
    try {
      return await (messageIds ??= readMessageIds(services.store))
    } catch (error) {
      messageIds = undefined
      log.warn({ err: error }, 'could not read how Message-IDs are made; retrying')
      return null
    }
  }

  /** Reads a delivery: its mail if it may be sent now, otherwise its outcome. */
  async function check(
    delivery: ClaimedDelivery,
  ): Promise<{ mail: CheckedMail; outcome: null } | { mail: null; outcome: DeliveryOutcome }> {
    let mail
    try {
      await services.currency.confirm()
      ;[mail] = await services.store.read((reader) => readMails(reader, [delivery], services))
    } catch (error) {
      log.warn({ err: error }, 'could not check a delivery before sending; retrying')
      return { mail: null, outcome: notTried(1_000) }
    }
    if (mail === undefined || mail.facts.leaseToken !== delivery.token || mail.facts.state !== 'sending')
      return { mail: null, outcome: notTried() }
    const { skip, waitUntil } = mail
    if (skip === null && waitUntil !== null)
      return { mail: null, outcome: { state: 'pending', nextAttemptAt: waitUntil, error: null } }
    return skip === null
      ? { mail, outcome: null }
      : { mail: null, outcome: { state: 'skipped', reason: skip } }
  }

  /** The delivery is due again after `pauseMs` milliseconds, at no cost of a try. */
  function notTried(pauseMs = 0): DeliveryOutcome {
    return { state: 'pending', nextAttemptAt: services.now() + pauseMs, error: null }
  }

  function afterFailure(
    delivery: ClaimedDelivery,
    { facts }: CheckedMail,
    failure: SmtpFailure,
  ): DeliveryOutcome {
    if (failure.pausesAll) unreachable(failure)
    else recovered()
    const error = failure.text
    const at = services.now()
    if (failure.kind === 'server') return { state: 'pending', nextAttemptAt: at, error: null }
    const permanent = failure.kind === 'refused'
    // Nothing is stored about an address without an account.
    const refusal: { refusal?: AddressRefusal } =
      failure.recipient && facts.email !== null && facts.userId !== null
        ? { refusal: { email: facts.email, permanent, at } }
        : {}
    const tries = delivery.attempts + 1
    if (permanent || tries >= options.tries) {
      log.warn({ deliveryId: delivery.id, tries, error }, 'delivery failed')
      return { state: 'failed', error, ...refusal }
    }
    return {
      state: 'pending',
      nextAttemptAt: at + pauseAfter(tries, options.betweenTries, Math.random()),
      error,
      ...refusal,
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
      await Promise.all([...loops.now, ...loops.bulk])
      clearTimeout(timer)
      pool.quitIdle()
    },
  }
}
