import type { Book, Prebook, Reason, StockChange } from '@prebook/core'

/** The result of a step: an answer without values that only a database decides (such as ids), or an error. */
export type Outcome<Answer> = Answer | { refused: Reason }

/** A prebook by its number, where 0 is the first one created. Times are milliseconds. */
export type ShownPrebook = Pick<Prebook, 'status' | 'cancelledBy'> & {
  number: number
  book: number
  createdAt: number
  notifiedAt: number | null
  cancelledAt: number | null
  /** The book that replaces the prebook's, by its number. */
  successor: number | null
}

/** The result of a stock change. */
export type ShownChange = Pick<StockChange, 'transition'> & {
  stock: number
  movement: { delta: number; quantityAfter: number } | null
  broadcast: { notified: number; notifiedAt: number } | null
}

/** The result of a withdrawal, or of a reinstatement. `successor` is a book by its number. */
export type ShownWithdrawal = {
  withdrawnAt: number | null
  successor: number | null
  waitlistClosed: { cancelled: number; withdrawnAt: number } | null
}

/**
 * The bookstore as its users see it, with two implementations: a simple one in memory, and the real service. Books, readers
 * and prebooks are numbered from 0 in order of creation. A number that does not exist stands for an unknown id.
 */
export type Shop = {
  addBook(stock: number): Promise<Outcome<Pick<Book, 'stockQuantity' | 'inStock'>>>
  prebook(reader: number, book: number): Promise<Outcome<ShownPrebook>>
  cancel(reader: number, prebook: number): Promise<Outcome<ShownPrebook>>
  list(reader: number): Promise<Outcome<ShownPrebook[]>>
  setStock(book: number, quantity: number, expected: number | undefined): Promise<Outcome<ShownChange>>
  adjustStock(book: number, delta: number): Promise<Outcome<ShownChange>>
  wouldNotify(book: number, quantity: number): Promise<Outcome<number>>
  /** Without a successor, the present one is kept; null removes it. */
  withdraw(book: number, successor: number | null | undefined): Promise<Outcome<ShownWithdrawal>>
  reinstate(book: number): Promise<Outcome<ShownWithdrawal>>
  /** How many a withdrawal would cancel. */
  wouldCancel(book: number, successor: number | undefined): Promise<Outcome<number>>
  setActive(reader: number, active: boolean): Promise<Outcome<{ isActive: boolean }>>
  /** The number of readers waiting, by book number; books without any are left out. */
  demand(): Promise<Outcome<Record<number, number>>>
  /** Each book's stock, whether it equals the sum of its movements, and whether the book is withdrawn. */
  stocks(): Promise<{ stock: number; addsUp: boolean; isWithdrawn: boolean }[]>
}
