import { hash } from 'node:crypto'
import Fastify, { type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { announce } from './announce.ts'
import { rivalPostgres } from './rival-postgres.ts'
import { rivalSqlite } from './rival-sqlite.ts'

// The same service as one would write it by hand in an afternoon: Fastify, raw prepared statements, a table of sessions, zod
// for what comes in, and a status column that a restock updates for every reader who waits. Commits are flushed as in the
// service. What it does not do: tRPC, an output schema, events, mail, an audit trail, throttles, an idempotency key.

/**
 * What a rival fills its database with: readers with sessions (ids from 1), then an admin, then accounts without a session, and
 * sold-out books (ids from 1). `waiting` has the first and the last id of those who wait for a book, by its id.
 */
export type RivalShop = {
  readers: number
  crowd: number
  books: number
  waiting: Record<number, { first: number; last: number }>
}

export type RivalBook = { id: number; title: string; author: string; stock_quantity: number }
export type RivalPrebook = {
  id: number
  book_id: number
  status: string
  created_at: number
  notified_at: number | null
  cancelled_at: number | null
}

/** Everything that differs between the engines. A use case is one transaction. */
export type RivalStore = {
  session(tokenHash: string, now: number): Promise<{ id: number; role: string } | undefined>
  list(userId: number): Promise<(RivalPrebook & { title: string; author: string })[]>
  /** Null when there is no such book. */
  create(
    userId: number,
    bookId: number,
    now: number,
  ): Promise<{ id: number; book: RivalBook } | 'duplicate' | null>
  setStock(bookId: number, quantity: number, now: number): Promise<RivalBook | null>
  close(): void
}

class Refusal extends Error {
  readonly statusCode: number

  constructor(statusCode: number, code: string) {
    super(code)
    this.statusCode = statusCode
  }
}

const CreateInput = z.strictObject({ book_id: z.int().min(1) })
const StockInput = z.strictObject({ quantity: z.int().min(0) })
const IdParams = z.object({ id: z.coerce.number().int().min(1) })

const [address = '', shop = ''] = process.argv.slice(2)
const filling = JSON.parse(shop) as RivalShop
const store = await (address.startsWith('postgres')
  ? rivalPostgres(address, filling)
  : rivalSqlite(address, filling))

const app = Fastify()
app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
  if (error instanceof z.ZodError)
    return reply.code(422).send({ detail: 'Invalid input.', errors: error.issues })
  const status = error.statusCode ?? 500
  return reply.code(status).send({ detail: status === 500 ? 'Internal error.' : error.message })
})

async function signedIn(request: FastifyRequest) {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const user = token === undefined ? undefined : await store.session(hash('sha256', token), Date.now())
  if (user === undefined) throw new Refusal(401, 'AUTH_REQUIRED')
  return user
}

// oxlint-disable no-async-endpoint-handlers -- Fastify awaits its handlers
app.post('/prebooks', async (request, reply) => {
  const user = await signedIn(request)
  const { book_id: bookId } = CreateInput.parse(request.body)
  const now = Date.now()
  const created = await store.create(user.id, bookId, now)
  if (created === null) throw new Refusal(404, 'BOOK_NOT_FOUND')
  if (created === 'duplicate') throw new Refusal(409, 'PREBOOK_DUPLICATE')
  const { id, book } = created
  if (book.stock_quantity > 0) throw new Refusal(409, 'PREBOOK_BOOK_IN_STOCK')
  const prebook = {
    id,
    book_id: bookId,
    status: 'waiting',
    created_at: now,
    notified_at: null,
    cancelled_at: null,
  }
  return reply.code(201).send(shown({ ...prebook, title: book.title, author: book.author }))
})

app.get('/prebooks', async (request) => {
  const user = await signedIn(request)
  return { items: (await store.list(user.id)).map(shown) }
})

app.patch('/books/:id/stock', async (request) => {
  if ((await signedIn(request)).role !== 'admin') throw new Refusal(403, 'AUTH_FORBIDDEN')
  const { id } = IdParams.parse(request.params)
  const book = await store.setStock(id, StockInput.parse(request.body).quantity, Date.now())
  if (book === null) throw new Refusal(404, 'BOOK_NOT_FOUND')
  return { ...book, in_stock: book.stock_quantity > 0 }
})

function shown({ title, author, ...prebook }: RivalPrebook & { title: string; author: string }) {
  return {
    id: prebook.id,
    book_id: prebook.book_id,
    book_title: title,
    book_author: author,
    status: prebook.status,
    created_at: new Date(prebook.created_at).toISOString(),
    notified_at: isoOrNull(prebook.notified_at),
    cancelled_at: isoOrNull(prebook.cancelled_at),
  }
}

function isoOrNull(time: number | null) {
  return time === null ? null : new Date(time).toISOString()
}

await app.ready()
announce(app.server, () => store.close())
