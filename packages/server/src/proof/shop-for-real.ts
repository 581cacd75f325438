import { TRPCError } from '@trpc/server'
import type { Book, Prebook, StockChange } from '@prebook/core'
import { toPrebookError } from '../router/errors.ts'
import type { Person } from '../testing/server.ts'
import type { Outcome, Shop, ShownChange, ShownPrebook } from './shop.ts'

/** An id that no row has. */
const UNKNOWN = Number.MAX_SAFE_INTEGER

/** The people of the shop as callers on one of several servers. */
export type ShopServer = { admin: Person; readers: Person[] }

/** The real service, called through its procedures. Calls alternate between the servers. */
export function createRealShop(servers: readonly ShopServer[]): Shop {
  const books: number[] = []
  const prebooks: number[] = []
  const bookId = (book: number) => books[book] ?? UNKNOWN
  let turn = 0
  const nextServer = () => {
    const next = servers[turn % servers.length]
    if (next === undefined) throw new Error('The shop needs a server.')
    turn += 1
    return next
  }
  const admin = () => nextServer().admin.call
  const as = (reader: number) => {
    const person = nextServer().readers[reader]
    if (person === undefined) throw new Error(`There is no reader ${reader}.`)
    return person
  }

  const shown = (prebook: Prebook): ShownPrebook => ({
    number: prebooks.indexOf(prebook.id),
    book: books.indexOf(prebook.bookId),
    status: prebook.status,
    createdAt: Date.parse(prebook.createdAt),
    notifiedAt: prebook.notifiedAt === null ? null : Date.parse(prebook.notifiedAt),
    cancelledAt: prebook.cancelledAt === null ? null : Date.parse(prebook.cancelledAt),
    cancelledBy: prebook.cancelledBy,
    successor: prebook.successorId === null ? null : books.indexOf(prebook.successorId),
  })

  const shownWithdrawal = ({ withdrawnAt, successorId }: Book) => ({
    withdrawnAt: withdrawnAt === null ? null : Date.parse(withdrawnAt),
    successor: successorId === null ? null : books.indexOf(successorId),
  })

  return {
    addBook: (stockQuantity) =>
      outcome(async () => {
        const title = `Book ${books.length}`
        const book = await admin().books.create({ title, author: 'A', priceCents: 1, stockQuantity })
        books.push(book.id)
        return { stockQuantity: book.stockQuantity, inStock: book.inStock }
      }),
    prebook: (reader, book) =>
      outcome(async () => {
        const prebook = await as(reader).call.prebooks.create({ bookId: bookId(book) })
        prebooks.push(prebook.id)
        return shown(prebook)
      }),
    cancel: (reader, number) =>
      outcome(async () =>
        shown(await as(reader).call.prebooks.cancel({ prebookId: prebooks[number] ?? UNKNOWN })),
      ),
    list: (reader) =>
      outcome(async () => {
        const items: ShownPrebook[] = []
        // Small pages, so that pagination is tested as well.
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = await as(reader).call.prebooks.list({ limit: 3, cursor })
          items.push(...page.items.map(shown))
          cursor = page.nextCursor
        }
        return items
      }),
    setStock: (book, quantity, expectedQuantity) =>
      outcome(async () =>
        shownChange(
          await admin().stock.set({
            bookId: bookId(book),
            quantity,
            ...(expectedQuantity !== undefined && { expectedQuantity }),
          }),
        ),
      ),
    adjustStock: (book, delta) =>
      outcome(async () => shownChange(await admin().stock.adjust({ bookId: bookId(book), delta }))),
    wouldNotify: (book, quantity) =>
      outcome(async () => {
        const preview = await admin().stock.preview({ bookId: bookId(book), quantity })
        return preview.wouldNotify
      }),
    withdraw: (book, successor) =>
      outcome(async () => {
        const successorId = successor == null ? successor : bookId(successor)
        const { book: withdrawn, waitlistClosed } = await admin().books.withdraw({
          bookId: bookId(book),
          ...(successorId !== undefined && { successorId }),
        })
        const closed = waitlistClosed && {
          cancelled: waitlistClosed.cancelled,
          withdrawnAt: Date.parse(waitlistClosed.withdrawnAt),
        }
        return { ...shownWithdrawal(withdrawn), waitlistClosed: closed }
      }),
    reinstate: (book) =>
      outcome(async () => ({
        ...shownWithdrawal(await admin().books.reinstate({ bookId: bookId(book) })),
        waitlistClosed: null,
      })),
    wouldCancel: (book, successor) =>
      outcome(async () => {
        const preview = await admin().books.previewWithdrawal({
          bookId: bookId(book),
          ...(successor !== undefined && { successorId: bookId(successor) }),
        })
        return preview.waiting
      }),
    setActive: (reader, isActive) =>
      outcome(async () => {
        const { users } = admin()
        const input = { userId: as(reader).id }
        const user = isActive ? await users.reactivate(input) : await users.deactivate(input)
        return { isActive: user.isActive }
      }),
    demand: () =>
      outcome(async () => {
        const { items } = await admin().demand.top({ limit: 100 })
        return Object.fromEntries(items.map((item) => [books.indexOf(item.bookId), item.waiting]))
      }),
    async stocks() {
      const result = []
      for (const id of books) {
        const { stockQuantity: stock, withdrawnAt } = await admin().books.get({ bookId: id })
        const { items } = await admin().stock.history({ bookId: id, limit: 100 })
        const total = items.reduce((sum, movement) => sum + movement.delta, 0)
        result.push({
          stock,
          addsUp: total === stock && (items[0]?.quantityAfter ?? 0) === stock,
          isWithdrawn: withdrawnAt !== null,
        })
      }
      return result
    },
  }
}

function shownChange({ book, transition, movement, broadcast }: StockChange): ShownChange {
  return {
    stock: book.stockQuantity,
    transition,
    movement: movement && { delta: movement.delta, quantityAfter: movement.quantityAfter },
    broadcast: broadcast && { notified: broadcast.notified, notifiedAt: Date.parse(broadcast.notifiedAt) },
  }
}

async function outcome<Answer>(call: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TRPCError) return { refused: toPrebookError(error).reason }
    throw error
  }
}
