import { tracked, type TrackedEnvelope } from '@trpc/server'
import { hasReason, type Prebook, type PrebookWatchInput } from '@prebook/core'
import {
  createYielder,
  listCancelledPrebooks,
  listPrebooksById,
  listUncancelledPrebooks,
  type Cancellation,
  type Store,
} from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { bucketedChunks } from '../events/bucketed-chunks.ts'
import { requireStillSignedIn } from '../events/still-signed-in.ts'
import { SentPrebooks } from '../events/sent-prebooks.ts'
import { presentPrebook } from './present-prebook.ts'

/** Cancelled prebooks that a stream begins with. Also the most rows of one read. */
const PAGE = 100

/** Cancelled prebooks that are sent at most when some may have been missed: about three hours of cancelling at the limit. */
const MOST_MISSED = 2_000

/**
 * Emits the current state of each live prebook of the user and of the 100 that were cancelled last, oldest first, then every
 * change. Items are states, not events: two changes in quick succession may be emitted as one. A connection never gets the
 * same state twice, nor an older one.
 *
 * A client that reconnects may hold prebooks that were cancelled meanwhile, so it gets the latest 2,000 cancelled ones.
 *
 * @param signal ends the stream when the reader leaves
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED` when the session ends or the account is deactivated
 *   while the stream is open; `RATE_LIMITED` when the account opens too many streams
 */
export async function* watchPrebooks(
  context: SignedInContext,
  { lastEventId }: PrebookWatchInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<Prebook>, void> {
  // Opened before the first read, so that no change in between is missed.
  using stream = context.services.live.open({ owner: context.actor.id, topic: 'prebooks', signal })
  const sent = new SentPrebooks()
  let mostCancelled = (lastEventId ?? '') === '' ? PAGE : MOST_MISSED
  for (let work = await stream.next(); work !== null; work = await stream.next()) {
    for (const prebook of work.prebooks) if (sent.record(prebook)) yield item(prebook)
    if (!work.refresh) continue
    try {
      for await (const prebook of current(context, sent, mostCancelled))
        if (sent.record(prebook)) yield item(prebook)
      mostCancelled = MOST_MISSED
    } catch (error) {
      if (!hasReason(error, 'STORE_BUSY')) throw error
      stream.refreshLater()
    }
  }
}

/** Reads the prebooks that may have another state than was sent, in slices, and yields to other requests in between. */
async function* current(
  context: SignedInContext,
  sent: SentPrebooks,
  mostCancelled: number,
): AsyncGenerator<Prebook, void> {
  const { services, user } = await requireStillSignedIn(context)
  const { store } = services
  const yieldIfDue = createYielder()
  const { live, withdrawn } = await uncancelledIds(store, user.id, yieldIfDue)
  const ids = new Set([
    // They may have been cancelled.
    ...sent.live,
    ...live,
    ...(await unsentCancelledIds(store, user.id, { withdrawn, sent, most: mostCancelled, yieldIfDue })),
  ])
  const slices = [
    ...bucketedChunks(
      [...ids].toSorted((one, other) => one - other),
      64,
    ),
  ]
  for (const [index, slice] of slices.entries()) {
    // A slow client may have taken long for the slice before.
    if (index > 0) await requireStillSignedIn(context)
    const rows = await store.read((reader) => listPrebooksById(reader, { userId: user.id, ids: slice }))
    for (const row of rows) yield presentPrebook(services, row)
    await yieldIfDue()
  }
}

/** The prebooks that the user has not cancelled: those that are live, and those that the shop has cancelled. */
async function uncancelledIds(
  store: Store,
  userId: number,
  yieldIfDue: () => Promise<void>,
): Promise<{ live: number[]; withdrawn: Cancellation[] }> {
  const live: number[] = []
  const withdrawn: Cancellation[] = []
  for (let afterWaitlistId = 0; ; await yieldIfDue()) {
    const page = { userId, afterWaitlistId, limit: PAGE }
    const rows = await store.read((reader) => listUncancelledPrebooks(reader, page))
    for (const { id, withdrawnAt } of rows) {
      if (withdrawnAt === null) live.push(id)
      else withdrawn.push({ id, cancelledAt: withdrawnAt })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return { live, withdrawn }
    afterWaitlistId = last.waitlistId
  }
}

/** The latest cancelled prebooks, back to one that was sent. `withdrawn` are those that the shop has cancelled. */
async function unsentCancelledIds(
  store: Store,
  userId: number,
  {
    withdrawn,
    sent,
    most,
    yieldIfDue,
  }: { withdrawn: Cancellation[]; sent: SentPrebooks; most: number; yieldIfDue: () => Promise<void> },
): Promise<number[]> {
  const ids: number[] = []
  for (let before: Cancellation | null = null; ids.length < most; await yieldIfDue()) {
    const page: Parameters<typeof listCancelledPrebooks>[1] = { userId, before, limit: PAGE }
    const own = await store.read((reader) => listCancelledPrebooks(reader, page))
    const others = withdrawn.filter((one) => before === null || latestFirst(before, one) < 0)
    const rows = [...own, ...others].toSorted(latestFirst).slice(0, PAGE)
    const unsent = rows.filter(({ id }) => !sent.hasCancelled(id))
    for (const { id } of unsent) ids.push(id)
    const last = unsent.at(-1)
    if (last === undefined || unsent.length < PAGE) break
    before = last
  }
  return ids
}

function latestFirst(one: Cancellation, other: Cancellation): number {
  return other.cancelledAt - one.cancelledAt || other.id - one.id
}

function item(prebook: Prebook): TrackedEnvelope<Prebook> {
  return tracked(`${prebook.id}:${prebook.status}`, prebook)
}
