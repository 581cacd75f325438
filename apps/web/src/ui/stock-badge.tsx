import type { Book } from '@prebook/client'
import { Badge } from './badge.tsx'

/** From how many copies on nobody has to hurry. */
const FEW = 3

/** Whether a book can be had now. */
export function StockBadge({ book }: { book: Pick<Book, 'inStock' | 'stockQuantity'> }) {
  if (!book.inStock) return <Badge tone="waiting">Sold out</Badge>
  return <Badge tone="good">{book.stockQuantity > FEW ? 'In stock' : `${book.stockQuantity} left`}</Badge>
}
