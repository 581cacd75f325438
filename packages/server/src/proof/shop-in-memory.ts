import { reasons, type Reason } from '@prebook/core'
import type { Outcome, Shop, ShownChange, ShownPrebook, ShownWithdrawal } from './shop.ts'

type Row = ShownPrebook & { reader: number }

/**
 * The naive implementation: every prebook stores its status, and a restock updates each of them. Slow, not durable, and
 * correct by inspection.
 */
export function createShopInMemory(readers: number, now: () => number): Shop {
  const stocks: number[] = []
  /** Withdrawn books, and which book replaces each. */
  const withdrawn = new Map<number, { at: number; successor: number | null }>()
  const prebooks: Row[] = []
  const active = Array.from({ length: readers }, () => true)
  /** Books whose waitlist has been opened and not closed since. */
  const open = new Set<number>()

  const shown = ({ reader: _reader, ...prebook }: Row): ShownPrebook => ({
    ...prebook,
    successor: prebook.cancelledBy === 'shop' ? (withdrawn.get(prebook.book)?.successor ?? null) : null,
  })
  const waitingFor = (book: number) => prebooks.filter((row) => row.book === book && row.status === 'waiting')

  function change(book: number, after: number): ShownChange {
    const before = stocks[book] ?? 0
    const stock = after
    if (before === after) return { stock, transition: 'none', movement: null, broadcast: null }
    stocks[book] = after
    if (before === 0) withdrawn.delete(book)
    const movement = { delta: after - before, quantityAfter: after }
    if (before > 0)
      return { stock, transition: after === 0 ? 'sold-out' : 'changed', movement, broadcast: null }
    const notified = waitingFor(book)
    for (const row of notified) Object.assign(row, { status: 'notified', notifiedAt: now() })
    const broadcast = open.delete(book) ? { notified: notified.length, notifiedAt: now() } : null
    return { stock, transition: 'restocked', movement, broadcast }
  }

  function asReader<Answer>(reader: number, answer: () => Outcome<Answer>): Promise<Outcome<Answer>> {
    return Promise.resolve(active[reader] ? answer() : refused('AUTH_ACCOUNT_DEACTIVATED'))
  }

  function onBook<Answer>(book: number, answer: (stock: number) => Outcome<Answer>): Outcome<Answer> {
    const stock = stocks[book]
    return stock === undefined ? refused('BOOK_NOT_FOUND') : answer(stock)
  }

  function shownWithdrawal(book: number): Omit<ShownWithdrawal, 'waitlistClosed'> {
    const { at: withdrawnAt = null, successor = null } = withdrawn.get(book) ?? {}
    return { withdrawnAt, successor }
  }

  /** The refusal of a book that cannot replace another one. */
  function badSuccessor(book: number, successor: number | null | undefined): { refused: Reason } | undefined {
    if (successor == null) return undefined
    if (stocks[successor] === undefined) return refused('BOOK_NOT_FOUND')
    return successor === book || withdrawn.has(successor) ? refused('VALIDATION_ERROR') : undefined
  }

  function closeWithdrawn(book: number): ShownWithdrawal['waitlistClosed'] {
    const cancelled = waitingFor(book)
    for (const row of cancelled)
      Object.assign(row, { status: 'cancelled', cancelledBy: 'shop', cancelledAt: now() })
    return open.delete(book) ? { cancelled: cancelled.length, withdrawnAt: now() } : null
  }

  return {
    async addBook(stock) {
      stocks.push(stock)
      return { stockQuantity: stock, inStock: stock > 0 }
    },
    prebook: (reader, book) =>
      asReader(reader, () =>
        onBook(book, (stock) => {
          if (stock > 0) return refused('PREBOOK_BOOK_IN_STOCK')
          if (withdrawn.has(book)) return refused('PREBOOK_BOOK_WITHDRAWN')
          if (waitingFor(book).some((row) => row.reader === reader)) return refused('PREBOOK_DUPLICATE')
          open.add(book)
          const row: Row = {
            number: prebooks.length,
            reader,
            book,
            status: 'waiting',
            createdAt: now(),
            notifiedAt: null,
            cancelledAt: null,
            cancelledBy: null,
            successor: null,
          }
          prebooks.push(row)
          return shown(row)
        }),
      ),
    cancel: (reader, number) =>
      asReader(reader, () => {
        const row = prebooks[number]
        if (row?.reader !== reader) return refused('PREBOOK_NOT_FOUND')
        if (row.status === 'cancelled') return refused('PREBOOK_ALREADY_CANCELLED')
        Object.assign(row, { status: 'cancelled', cancelledBy: 'reader', cancelledAt: now() })
        return shown(row)
      }),
    list: (reader) =>
      asReader(reader, () =>
        prebooks
          .filter((row) => row.reader === reader)
          .toReversed()
          .map(shown),
      ),
    setStock: async (book, quantity, expected) =>
      onBook(book, (stock) => {
        if (expected !== undefined && expected !== stock) return refused('STOCK_CONFLICT')
        return change(book, quantity)
      }),
    adjustStock: async (book, delta) =>
      onBook(book, (stock) => (stock + delta < 0 ? refused('STOCK_NEGATIVE') : change(book, stock + delta))),
    wouldNotify: async (book, quantity) =>
      onBook(book, (stock) => (stock === 0 && quantity > 0 ? waitingFor(book).length : 0)),
    withdraw: async (book, successor) =>
      onBook(book, () => {
        const bad = badSuccessor(book, successor)
        if (bad !== undefined) return bad
        const before = withdrawn.get(book)
        withdrawn.set(book, {
          at: before?.at ?? now(),
          successor: successor === undefined ? (before?.successor ?? null) : successor,
        })
        const waitlistClosed = before === undefined ? closeWithdrawn(book) : null
        return { ...shownWithdrawal(book), waitlistClosed }
      }),
    reinstate: async (book) =>
      onBook(book, () => {
        withdrawn.delete(book)
        return { ...shownWithdrawal(book), waitlistClosed: null }
      }),
    wouldCancel: async (book, successor) =>
      onBook(book, () => badSuccessor(book, successor) ?? waitingFor(book).length),
    async setActive(reader, isActive) {
      active[reader] = isActive
      return { isActive }
    },
    async demand() {
      const counts = stocks.map((_, book) => [book, waitingFor(book).length] as const)
      return Object.fromEntries(counts.filter(([, count]) => count > 0))
    },
    stocks: async () =>
      stocks.map((stock, book) => ({ stock, addsUp: true, isWithdrawn: withdrawn.has(book) })),
  }
}

function refused(reason: Reason): { refused: Reason } {
  // Fail if a reason is no longer in the error table.
  if (!Object.hasOwn(reasons, reason)) throw new Error(`${reason} is not in the error table.`)
  return { refused: reason }
}
