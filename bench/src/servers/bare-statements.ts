import Sqlite from 'better-sqlite3'

export type BareBookRow = {
  id: number
  title: string
  author: string
  price_cents: number
  isbn: string | null
  description: string | null
  stock_quantity: number
  withdrawn_at: number | null
  successor_id: number | null
  created_at: number
  updated_at: number
}

export type OwnPrebookRow = {
  id: number
  created_at: number
  cancelled_at: number | null
  notified_at: number | null
  withdrawn_at: number | null
  successor_id: number | null
  book_id: number
  title: string
  author: string
}

export type SessionRow = { id: number; role: string; is_active: number; expires_at: number }

export type BareStatements = {
  create(bookId: number, userId: number): Promise<number>
  book(bookId: number): BareBookRow
  /** A user's newest prebooks: a page, plus one row if there are more. */
  prebooks(userId: number): OwnPrebookRow[]
  session(tokenHash: string): SessionRow | undefined
  close(): void
}

/** The default page size of `prebooks.list`. */
const PAGE = 20

/**
 * The bare SQL statements of a pre-booking and of the most frequent reads, prepared once. Commits are flushed as in the
 * service. Each pre-booking runs in a savepoint, and those that arrive during a commit share the next one. This is the
 * baseline for everything that the service adds.
 */
export function bareStatements(file: string): BareStatements {
  const database = new Sqlite(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  const findBook = database.prepare<[number], BareBookRow>('select * from books where id = ?')
  const listOwn = database.prepare<[number, number], OwnPrebookRow>(
    `select prebooks.id, prebooks.created_at, cancelled_at, notified_at, waitlists.withdrawn_at, successor_id,
       book_id, title, author
     from prebooks join waitlists on waitlists.id = waitlist_id join books on books.id = book_id
     where prebooks.user_id = ? order by prebooks.id desc limit ?`,
  )
  const findSession = database.prepare<[string], SessionRow>(
    `select users.*, sessions.id as session_id, sessions.expires_at
     from sessions join users on users.id = user_id where sessions.id = ?`,
  )
  const findOpen = database
    .prepare('select id from waitlists where book_id = ? and notified_at is null and withdrawn_at is null')
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
  type PendingCreate = { bookId: number; userId: number; answer: PromiseWithResolvers<number> }
  let pending: PendingCreate[] = []
  const commitBatch = database.transaction((batch: PendingCreate[]) =>
    batch.map(({ bookId, userId }) => createOne(bookId, userId)),
  )
  const flush = () => {
    const batch = pending
    pending = []
    const ids = commitBatch.immediate(batch)
    batch.forEach(({ answer }, index) => answer.resolve(Number(ids[index])))
  }
  return {
    create(bookId, userId) {
      const answer = Promise.withResolvers<number>()
      if (pending.length === 0) setImmediate(flush)
      pending.push({ bookId, userId, answer })
      return answer.promise
    },
    book: (bookId) => found(findBook.get(bookId)),
    prebooks: (userId) => listOwn.all(userId, PAGE + 1),
    session: (tokenHash) => findSession.get(tokenHash),
    close: () => database.close(),
  }
}

function found(row: BareBookRow | undefined): BareBookRow {
  if (row === undefined) throw new Error('Book not found.')
  return row
}
