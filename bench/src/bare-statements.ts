import Sqlite from 'better-sqlite3'

/**
 * The statements of a pre-booking and nothing around them: prepared once on the same file with the same durability, in
 * one transaction. The yardstick for everything that the service adds.
 */
export function bareStatements(file: string): {
  create(bookId: number, userId: number): number
  close(): void
} {
  const database = new Sqlite(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  const findBook = database.prepare('select * from books where id = ?')
  const findOpen = database
    .prepare('select id from waitlists where book_id = ? and notified_at is null')
    .pluck()
  const open = database
    .prepare('insert into waitlists (book_id, opened_at) values (?, ?) returning id')
    .pluck()
  const insert = database
    .prepare('insert into prebooks (waitlist_id, user_id, created_at) values (?, ?, ?) returning id')
    .pluck()
  const create = database.transaction((bookId: number, userId: number) => {
    findBook.get(bookId)
    const now = Date.now()
    const waitlistId = findOpen.get(bookId) ?? open.get(bookId, now)
    return Number(insert.get(waitlistId, userId, now))
  })
  return { create: (bookId, userId) => create.immediate(bookId, userId), close: () => database.close() }
}
