import { hash } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import { initTRPC, TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { Hono } from 'hono'
import { Book, BookGetInput, Prebook, PrebookCreateInput, PrebookListInput, PrebookPage } from '@prebook/core'
import { announce } from './announce.ts'
import { bareStatements, type OwnPrebookRow } from './bare-statements.ts'

// Three of the service's procedures on the same libraries, with the same inputs, outputs and statements, and nothing else: no
// rules, no typed query builder, no lock, no retries, no log, no metrics, no headers, no helpful error messages. The cost of
// this server is the cost of the libraries; the difference to the service is what the service adds.
const statements = bareStatements(String(process.argv[2]))
const iso = (time: number) => new Date(time).toISOString()
const isoOrNull = (time: number | null) => (time === null ? null : iso(time))

const t = initTRPC.context<{ token: string }>().create({ isDev: false })
const signedIn = t.procedure.use(({ ctx, next }) => {
  const user = statements.session(hash('sha256', ctx.token))
  if (user === undefined || user.expires_at < Date.now()) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next({ ctx: { user } })
})
const router = t.router({
  books: t.router({
    get: t.procedure
      .input(BookGetInput)
      .output(Book)
      .query(({ input }) => {
        const row = statements.book(input.bookId ?? 0)
        return {
          id: row.id,
          title: row.title,
          author: row.author,
          priceCents: row.price_cents,
          currency: 'EUR',
          isbn: row.isbn,
          description: row.description,
          stockQuantity: row.stock_quantity,
          inStock: row.stock_quantity > 0,
          withdrawnAt: isoOrNull(row.withdrawn_at),
          successorId: row.successor_id,
          createdAt: iso(row.created_at),
          updatedAt: iso(row.updated_at),
        }
      }),
  }),
  prebooks: t.router({
    list: signedIn
      .input(PrebookListInput)
      .output(PrebookPage)
      .query(({ ctx, input }) => ({
        items: statements.prebooks(ctx.user.id).slice(0, input.limit).map(shown),
        nextCursor: null,
      })),
    create: signedIn
      .input(PrebookCreateInput)
      .output(Prebook)
      .mutation(async ({ ctx, input: { bookId } }) => {
        const id = await statements.create(bookId, ctx.user.id)
        const { title, author } = statements.book(bookId)
        const row = { id, book_id: bookId, title, author, created_at: Date.now() }
        return shown({
          ...row,
          cancelled_at: null,
          notified_at: null,
          withdrawn_at: null,
          successor_id: null,
        })
      }),
  }),
})

function shown(row: OwnPrebookRow): Prebook {
  const by = row.cancelled_at !== null ? 'reader' : row.withdrawn_at === null ? null : 'shop'
  return {
    id: row.id,
    bookId: row.book_id,
    bookTitle: row.title,
    bookAuthor: row.author,
    status: by !== null ? 'cancelled' : row.notified_at === null ? 'waiting' : 'notified',
    bookExpectedOn: null,
    bookExpectedPrecision: null,
    createdAt: iso(row.created_at),
    notifiedAt: isoOrNull(row.notified_at),
    cancelledAt: isoOrNull(row.cancelled_at ?? row.withdrawn_at),
    cancelledBy: by,
    successorId: by === 'shop' ? row.successor_id : null,
  }
}

const app = new Hono()
app.all('/trpc/*', (c) =>
  fetchRequestHandler({
    endpoint: '/trpc',
    req: c.req.raw,
    router,
    createContext: () => ({ token: (c.req.header('authorization') ?? '').slice('Bearer '.length) }),
  }),
)
announce(createAdaptorServer({ fetch: app.fetch }), () => statements.close())
