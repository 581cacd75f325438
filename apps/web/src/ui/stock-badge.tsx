import type { Book } from '@prebook/client'
import { Badge } from './badge.tsx'

/** Up to this many copies, the badge shows the number left. */
const FEW = 3

/** Whether a book is in stock, sold out, or sold out for good. */
export function StockBadge({ book }: { book: Pick<Book, 'inStock' | 'stockQuantity' | 'withdrawnAt'> }) {
  if (book.inStock)
    return <Badge tone="good">{book.stockQuantity > FEW ? 'In stock' : `${book.stockQuantity} left`}</Badge>
  return book.withdrawnAt === null ? (
    <Badge tone="waiting">Sold out</Badge>
  ) : (
    <Badge tone="plain">Withdrawn</Badge>
  )
}
