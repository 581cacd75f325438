import { tracked, type TrackedEnvelope } from '@trpc/server'
import { hasReason, type StockChangesInput, type StockMovementNews } from '@prebook/core'
import { listLatestMovementIds, listMovementsAfter } from '@prebook/db'
import { authorize } from '../auth/authorize.ts'
import type { ActorContext } from '../context.ts'
import { GapTracker } from '../events/gap-tracker.ts'
import { requireStillActor } from '../events/still-signed-in.ts'
import { presentWithBroadcast } from './stock-history.ts'

/** Movements per read. */
const PAGE = 100

/** The latest movements read at the start. One that commits later with an id among them is still emitted. */
const LATEST = 64

/**
 * Emits movements as they happen, each with its book and broadcast. The event id is the position to resume from after a
 * lost connection, so nothing is missed. After a gap in the ids, a new connection may receive some movements again.
 *
 * @param signal ends the stream when the reader leaves
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_FORBIDDEN` when the session or the token ends or the user is neither staff nor
 *   admin any more while the stream is open; `RATE_LIMITED` when the account or the token opens too many streams
 */
export async function* stockChanges(
  context: ActorContext,
  input: StockChangesInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StockMovementNews>, void> {
  const { live, store } = context.services
  // Opened before the first read, so that no commit in between is missed.
  using stream = live.open({ owner: context.actor.id, topic: 'stock', signal })
  const sent = await startOf(context, input)
  for (let work = await stream.next(); work !== null; work = await stream.next()) {
    try {
      const current = await requireStillActor(context)
      authorize(current.actor, 'stock:write')
      if (current.actor.kind === 'token') stream.refreshAt(current.actor.validUntil, context.services.now())
      for (let afterId = sent.floor; ;) {
        const page = { afterId, limit: PAGE }
        const rows = await store.read((reader) => listMovementsAfter(reader, page))
        for (const row of rows) {
          if (sent.has(row.id)) continue
          const movement = presentWithBroadcast(current, row)
          const book = { bookTitle: row.book_title, bookAuthor: row.book_author }
          sent.record(row.id)
          // Movements of other books are recorded as well, so that they do not look like gaps.
          if (input.bookId !== undefined && row.book_id !== input.bookId) continue
          yield tracked(String(sent.floor), { ...movement, ...book })
        }
        const last = rows.at(-1)
        if (last === undefined || rows.length < PAGE) break
        afterId = last.id
      }
    } catch (error) {
      if (!hasReason(error, 'STORE_BUSY')) throw error
      stream.refreshLater()
    }
  }
}

async function startOf({ services }: ActorContext, input: StockChangesInput): Promise<GapTracker> {
  if (input.lastEventId != null) return new GapTracker({ floor: Number(input.lastEventId) })
  if (input.afterMovementId !== undefined) return new GapTracker({ floor: input.afterMovementId })
  const latest = await services.store.read((reader) => listLatestMovementIds(reader, LATEST))
  return new GapTracker({ floor: (latest.at(-1) ?? 1) - 1, sent: latest })
}
