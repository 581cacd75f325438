import { Book, StockSetInput } from '@prebook/core'
import { route } from '../route.ts'

export const stockRoutes = [
  route({
    method: 'PATCH',
    path: '/books/{id}/stock',
    pathField: 'bookId',
    tag: 'Stock',
    summary: 'Set the stock; a restock from 0 notifies every waiting reader',
    procedure: 'stock.set',
    input: StockSetInput.omit({ bookId: true }),
    status: 200,
    output: Book,
    call: async (caller, input) => (await caller.stock.set(input)).book,
    refusals: ['BOOK_NOT_FOUND', 'STOCK_CONFLICT', 'STOCK_IDEMPOTENCY_MISMATCH'],
  }),
]
