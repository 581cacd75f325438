import { tracked, type TrackedEnvelope } from '@trpc/server'
import { hasReason, type Prebook } from '@prebook/core'
import { listWatchedPrebooks } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { requireStillSignedIn } from '../events/still-signed-in.ts'
import { SentPrebooks } from '../events/sent-prebooks.ts'
import { presentPrebook } from './present-prebook.ts'

/** Prebooks per read. */
const PAGE = 100

/**
 * Emits the current state of each of the user's prebooks, oldest first, then every change. Items are states, not events:
 * two changes in quick succession may be emitted as one. A connection never gets the same state twice, nor an older one.
 *
 * @param signal ends the stream when the reader leaves
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED` when the session ends or the account is deactivated
 *   while the stream is open; `RATE_LIMITED` when the account opens too many streams
 */
export async function* watchPrebooks(
  context: SignedInContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<Prebook>, void> {
  // Opened before the first read, so that no change in between is missed.
  using stream = context.services.live.open({ userId: context.user.id, topic: 'prebooks', signal })
  const sent = new SentPrebooks()
  for (let work = await stream.next(); work !== null; work = await stream.next()) {
    for (const prebook of work.prebooks) if (sent.record(prebook)) yield item(prebook)
    if (!work.refresh) continue
    try {
      for await (const prebook of current(context, sent)) if (sent.record(prebook)) yield item(prebook)
    } catch (error) {
      if (!hasReason(error, 'STORE_BUSY')) throw error
      stream.refreshLater()
    }
  }
}

async function* current(context: SignedInContext, sent: SentPrebooks): AsyncGenerator<Prebook, void> {
  for (let afterId = 0; ;) {
    const { services, user } = await requireStillSignedIn(context)
    const page = { userId: user.id, afterId, forgottenTo: sent.forgottenTo, limit: PAGE }
    const rows = await services.store.read((reader) => listWatchedPrebooks(reader, page))
    for (const row of rows) yield presentPrebook(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    afterId = last.id
  }
}

function item(prebook: Prebook): TrackedEnvelope<Prebook> {
  return tracked(`${prebook.id}:${prebook.status}`, prebook)
}
