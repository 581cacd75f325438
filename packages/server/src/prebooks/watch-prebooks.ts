import { tracked, type TrackedEnvelope } from '@trpc/server'
import { hasReason, type Prebook } from '@prebook/core'
import { listWatchedPrebooks } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { requireStillSignedIn } from '../events/still-signed-in.ts'
import { SentPrebooks } from '../events/sent-prebooks.ts'
import { presentPrebook } from './present-prebook.ts'

/** How many prebooks are read at once. */
const PAGE = 100

/**
 * One's own prebooks as they are, oldest first, and then each as it changes. What comes is a state and not an event: two
 * changes in quick succession may come as one, and nothing comes twice on one connection or after something newer.
 *
 * @param signal ends the stream when the reader leaves
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED` when that comes true while the stream is open;
 *   `RATE_LIMITED` when the account opens too many streams
 */
export async function* watchPrebooks(
  context: SignedInContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<Prebook>, void> {
  // Open before anything is read: what changes while the first look is under way is heard.
  using stream = context.services.live.open({ userId: context.user.id, subject: 'prebooks', signal })
  const told = new SentPrebooks()
  for (let wake = await stream.next(); wake !== null; wake = await stream.next()) {
    for (const prebook of wake.handed) if (told.note(prebook)) yield item(prebook)
    if (!wake.look) continue
    try {
      for await (const prebook of current(context, told)) if (told.note(prebook)) yield item(prebook)
    } catch (error) {
      if (!hasReason(error, 'STORE_BUSY')) throw error
      stream.refreshLater()
    }
  }
}

async function* current(context: SignedInContext, told: SentPrebooks): AsyncGenerator<Prebook, void> {
  for (let afterId = 0; ;) {
    const { services, user } = await requireStillSignedIn(context)
    const page = { userId: user.id, afterId, forgottenTo: told.forgottenTo, limit: PAGE }
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
