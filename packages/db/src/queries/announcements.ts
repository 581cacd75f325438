import type { AnnouncementKind } from '@prebook/core'
import { sql } from 'kysely'
import type { AnnouncementRow, Tx } from '../database.ts'

/**
 * The announcement on a waitlist whose dispatch has not begun, or undefined. It is locked until the transaction ends, so that its
 * dispatch cannot begin meanwhile.
 */
export async function lockSettlingAnnouncement(
  tx: Tx,
  about: { waitlistId: number; kind: AnnouncementKind },
): Promise<AnnouncementRow | undefined> {
  return tx
    .updateTable('announcements')
    .set((eb) => ({ dispatch_cursor: eb.ref('dispatch_cursor') }))
    .where('waitlist_id', '=', about.waitlistId)
    .where('kind', '=', about.kind)
    .where('dispatched_at', 'is', null)
    .where('dispatch_cursor', '=', sql<number>`0`)
    .returningAll()
    .executeTakeFirst()
}

/** What an announcement says, to whom, and from when on it is dispatched. */
export type AnnouncementNews = { details: string; lastPrebookId: number; settlesAt: number }

/** Adds an announcement. Returns its id. */
export async function insertAnnouncement(
  tx: Tx,
  announcement: AnnouncementNews & {
    bookId: number
    waitlistId: number
    kind: AnnouncementKind
    now: number
  },
): Promise<number> {
  const { id } = await tx
    .insertInto('announcements')
    .values({
      book_id: announcement.bookId,
      waitlist_id: announcement.waitlistId,
      kind: announcement.kind,
      details: announcement.details,
      last_prebook_id: announcement.lastPrebookId,
      settles_at: announcement.settlesAt,
      created_at: announcement.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Replaces what a settling announcement says. The caller has locked it. */
export async function replaceAnnouncement(tx: Tx, id: number, news: AnnouncementNews): Promise<void> {
  await tx
    .updateTable('announcements')
    .set({ details: news.details, last_prebook_id: news.lastPrebookId, settles_at: news.settlesAt })
    .where('id', '=', id)
    .execute()
}

/** Deletes a settling announcement, about which nothing was written. The caller has locked it. */
export async function deleteAnnouncement(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('announcements').where('id', '=', id).execute()
}

/** The id of the last prebook on a waitlist; 0 without any. */
export async function findLastPrebookId(tx: Tx, waitlistId: number): Promise<number> {
  const last = await tx
    .selectFrom('prebooks')
    .select('id')
    .where('waitlist_id', '=', waitlistId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.id ?? 0
}
