import { tracked, type TrackedEnvelope } from '@trpc/server'
import { hasReason, PrebookError, type StockChangesInput, type StockMovementNews } from '@prebook/core'
import { listLatestMovementIds, listMovementsAfter } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { GapTracker } from '../events/gap-tracker.ts'
import { requireStillSignedIn } from '../events/still-signed-in.ts'
import { presentWithBroadcast } from './stock-history.ts'

/** How many movements are read at once. */
const PAGE = 100

/** Of so many latest movements it is known at the start which are there: one that was under way is told when it comes. */
const LATEST = 64

/**
 * Movements as they happen, each with its book and broadcast. The id of an event is where to go on after a lost connection,
 * so that nothing is missed; after a gap in the ids something may come a second time, on a new connection only.
 *
 * @param signal ends the stream when the reader leaves
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_FORBIDDEN` when that comes true while the stream is open; `RATE_LIMITED` when
 *   the account opens too many streams
 */
export async function* stockChanges(
  context: SignedInContext,
  input: StockChangesInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StockMovementNews>, void> {
  const { live, store } = context.services
  // Open before anything is read: what is committed meanwhile is heard.
  using stream = live.open({ userId: context.user.id, subject: 'stock', signal })
  const told = await startOf(context, input)
  for (let wake = await stream.next(); wake !== null; wake = await stream.next()) {
    try {
      await requireStillAdmin(context)
      for (let afterId = told.floor; ;) {
        const page = { afterId, limit: PAGE }
        const rows = await store.read((reader) => listMovementsAfter(reader, page))
        for (const row of rows) {
          if (told.has(row.id)) continue
          const movement = await presentWithBroadcast(context.services, row)
          const book = { bookTitle: row.book_title, bookAuthor: row.book_author }
          told.note(row.id)
          // Those of other books were read too: only then is a gap in the ids a gap.
          if (input.bookId !== undefined && row.book_id !== input.bookId) continue
          yield tracked(String(told.floor), { ...movement, ...book })
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

async function startOf({ services }: SignedInContext, input: StockChangesInput): Promise<GapTracker> {
  if (input.lastEventId != null) return new GapTracker({ floor: Number(input.lastEventId) })
  if (input.afterMovementId !== undefined) return new GapTracker({ floor: input.afterMovementId })
  const latest = await services.store.read((reader) => listLatestMovementIds(reader, LATEST))
  return new GapTracker({ floor: (latest.at(-1) ?? 1) - 1, told: latest })
}

async function requireStillAdmin(context: SignedInContext): Promise<void> {
  const { user } = await requireStillSignedIn(context)
  if (user.role !== 'admin') throw new PrebookError('AUTH_FORBIDDEN')
}
