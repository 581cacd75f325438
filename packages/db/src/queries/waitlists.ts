import type { Reader, Tx, WaitlistRow } from '../database.ts'
import { isOpenWaitlist } from './open-waitlist-sql.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

const openWaitlistOf = preparedQuery((reader: Reader, params: Params<{ bookId: number }>) =>
  reader.selectFrom('waitlists').selectAll().where('book_id', '=', params.bookId).where(isOpenWaitlist),
)

/** The open waitlist of a book, or undefined. */
export async function findOpenWaitlist(reader: Reader, bookId: number): Promise<WaitlistRow | undefined> {
  const [waitlist] = await openWaitlistOf(reader, { bookId })
  return waitlist
}

/** The id of the book's open waitlist. Opens one if there is none. The caller must hold the book's lock. */
export async function ensureOpenWaitlist(tx: Tx, bookId: number, now: number): Promise<number> {
  const open = await findOpenWaitlist(tx, bookId)
  return open?.id ?? openWaitlist(tx, bookId, now)
}

/** Opens a waitlist for a book that had none, or finds one that was opened since. Returns its id. */
export async function openWaitlist(tx: Tx, bookId: number, now: number): Promise<number> {
  await tx
    .insertInto('waitlists')
    .values({ book_id: bookId, opened_at: now })
    .onConflict((conflict) =>
      conflict
        .column('book_id')
        .where('notified_at', 'is', null)
        .where('withdrawn_at', 'is', null)
        .doNothing(),
    )
    .execute()
  // A separate statement, because only a later one sees a waitlist that was opened concurrently.
  const opened = await findOpenWaitlist(tx, bookId)
  if (opened === undefined) throw new Error(`Book ${bookId} has no open waitlist after one was opened.`)
  return opened.id
}

const waitlistClosing = preparedQuery(
  (tx: Tx, params: Params<{ bookId: number; movementId: number; now: number }>) =>
    tx
      .updateTable('waitlists')
      .set((eb) => ({
        notified_at: params.now,
        closed_by: params.movementId,
        notified_count: eb.ref('waiting_count'),
      }))
      .where('book_id', '=', params.bookId)
      .where(isOpenWaitlist)
      .returningAll(),
)

/**
 * Closes the open waitlist of a book. This one row is the whole broadcast: from the commit on, every reader on the
 * waitlist counts as notified. The caller must hold the book's exclusive lock.
 *
 * @returns undefined when no waitlist is open
 */
export async function closeOpenWaitlist(
  tx: Tx,
  close: { bookId: number; movementId: number; now: number },
): Promise<WaitlistRow | undefined> {
  const [waitlist] = await waitlistClosing(tx, close)
  return waitlist
}

const waitlistWithdrawal = preparedQuery(
  (tx: Tx, params: Params<{ bookId: number; now: number; note: string | null }>) =>
    tx
      .updateTable('waitlists')
      .set({ withdrawn_at: params.now, withdrawal_note: params.note })
      .where('book_id', '=', params.bookId)
      .where(isOpenWaitlist)
      .returningAll(),
)

/**
 * Closes the open waitlist of a book that is withdrawn. From the commit on, every reader who waited on it counts as cancelled by
 * the shop; `waiting_count` is how many. The caller must hold the book's exclusive lock.
 *
 * @returns undefined when no waitlist is open
 */
export async function withdrawOpenWaitlist(
  tx: Tx,
  withdrawal: { bookId: number; now: number; note: string | null },
): Promise<WaitlistRow | undefined> {
  const [waitlist] = await waitlistWithdrawal(tx, withdrawal)
  return waitlist
}

const waitingChange = preparedQuery((tx: Tx, params: Params<{ waitlistId: number; by: number }>) =>
  tx
    .updateTable('waitlists')
    .set((eb) => ({ waiting_count: eb('waiting_count', '+', params.by) }))
    .where('id', '=', params.waitlistId),
)

/** Changes how many wait on a waitlist. For engines: others record it with `recordWaiting`. */
export async function changeWaiting(tx: Tx, change: { waitlistId: number; by: number }): Promise<void> {
  await waitingChange(tx, change)
}

/** One waitlist, or undefined. */
export async function findWaitlist(reader: Reader, waitlistId: number): Promise<WaitlistRow | undefined> {
  return reader.selectFrom('waitlists').selectAll().where('id', '=', waitlistId).executeTakeFirst()
}

/** An open waitlist with its book. */
export type OpenWaitlist = {
  id: number
  opened_at: number
  /** How many wait. */
  waiting_count: number
  book_id: number
  title: string
  author: string
  isbn: string | null
  /** When the book is expected in stock, also when that is past. */
  expected_on: string | null
}

/** A page of open waitlists with their books, in the order of their ids, after `afterId`. */
export async function listOpenWaitlists(
  reader: Reader,
  page: { afterId: number; limit: number },
): Promise<OpenWaitlist[]> {
  return openWaitlists(reader)
    .where('waitlists.id', '>', page.afterId)
    .orderBy('waitlists.id')
    .limit(page.limit)
    .execute()
}

/** The open waitlist of one book with the book, or undefined. */
export async function findOpenWaitlistWithBook(
  reader: Reader,
  bookId: number,
): Promise<OpenWaitlist | undefined> {
  return openWaitlists(reader).where('waitlists.book_id', '=', bookId).executeTakeFirst()
}

function openWaitlists(reader: Reader) {
  return reader
    .selectFrom('waitlists')
    .innerJoin('books', 'books.id', 'waitlists.book_id')
    .select([
      'waitlists.id',
      'waitlists.opened_at',
      'waitlists.waiting_count',
      'waitlists.book_id',
      'books.title',
      'books.author',
      'books.isbn',
      'books.expected_on',
    ])
    .where(isOpenWaitlist)
}
