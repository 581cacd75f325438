import Sqlite from 'better-sqlite3'

/**
 * The statements of a pre-booking and nothing around them: prepared once, flushed like the service's, each in a savepoint,
 * and those that came while the last ones were being committed together in one commit. The yardstick for everything that
 * the service adds.
 */
export function bareStatements(file: string): {
  create(bookId: number, userId: number): Promise<number>
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
  // Within a transaction this is a savepoint.
  const createOne = database.transaction((bookId: number, userId: number) => {
    findBook.get(bookId)
    const now = Date.now()
    const waitlistId = findOpen.get(bookId) ?? open.get(bookId, now)
    return Number(insert.get(waitlistId, userId, now))
  })
  type Wanted = { bookId: number; userId: number; answer: PromiseWithResolvers<number> }
  let wanted: Wanted[] = []
  const commitTogether = database.transaction((together: Wanted[]) =>
    together.map(({ bookId, userId }) => createOne(bookId, userId)),
  )
  const flush = () => {
    const together = wanted
    wanted = []
    const ids = commitTogether.immediate(together)
    together.forEach(({ answer }, index) => answer.resolve(Number(ids[index])))
  }
  return {
    create(bookId, userId) {
      const answer = Promise.withResolvers<number>()
      if (wanted.length === 0) setImmediate(flush)
      wanted.push({ bookId, userId, answer })
      return answer.promise
    },
    close: () => database.close(),
  }
}
