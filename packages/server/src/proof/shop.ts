import type { Book, Prebook, Reason, StockChange } from '@prebook/core'

/** What came of a step: an answer without what only a database decides (ids of its own, times of creation), or a refusal. */
export type Outcome<Answer> = Answer | { refused: Reason }

/** A prebook by its number: 0 is the first that anybody made. Times are milliseconds. */
export type ShownPrebook = Pick<Prebook, 'status'> & {
  number: number
  book: number
  createdAt: number
  notifiedAt: number | null
  cancelledAt: number | null
}

/** What a stock change did. */
export type ShownChange = Pick<StockChange, 'transition'> & {
  stock: number
  movement: { delta: number; quantityAfter: number } | null
  broadcast: { notified: number; notifiedAt: number } | null
}

/**
 * A bookstore as its users know it. It exists twice: in memory, in the plainest words, and for real. Books, readers and
 * prebooks are counted from 0 in the order in which they came; a number that does not exist stands for an unknown id.
 */
export type Shop = {
  addBook(stock: number): Promise<Outcome<Pick<Book, 'stockQuantity' | 'inStock'>>>
  prebook(reader: number, book: number): Promise<Outcome<ShownPrebook>>
  cancel(reader: number, prebook: number): Promise<Outcome<ShownPrebook>>
  list(reader: number): Promise<Outcome<ShownPrebook[]>>
  setStock(book: number, quantity: number, expected: number | undefined): Promise<Outcome<ShownChange>>
  adjustStock(book: number, delta: number): Promise<Outcome<ShownChange>>
  wouldNotify(book: number, quantity: number): Promise<Outcome<number>>
  setActive(reader: number, active: boolean): Promise<Outcome<{ isActive: boolean }>>
  /** How many wait for each book that anybody waits for, by the book's number. */
  demand(): Promise<Outcome<Record<number, number>>>
  /** Each book's stock, and whether it is what its movements come to. */
  stocks(): Promise<{ stock: number; addsUp: boolean }[]>
}
