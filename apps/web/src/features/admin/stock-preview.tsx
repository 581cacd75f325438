import { useQuery } from '@tanstack/react-query'
import type { RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { describeFailure } from '../../lib/failure-text.ts'
import { copies, readers } from './counts.ts'
import { useDebounced } from '../../lib/use-debounced.ts'

/** Delay after the last keystroke before the preview is requested, in milliseconds. */
const DEBOUNCE_MS = 200
/** Poll interval in milliseconds: the number of waiting readers changes meanwhile. */
const REFETCH_MS = 5_000

type Change = { delta: number } | { quantity: number }

/** Previews a change of stock as it is typed. `change` is null while the input is not valid. */
export function StockPreview({
  bookId,
  change,
  active,
}: {
  bookId: number
  change: Change | null
  active: boolean
}) {
  const typed = JSON.stringify(change)
  const debounced = useDebounced(typed, DEBOUNCE_MS)
  const requested = JSON.parse(debounced) as Change | null
  const preview = useQuery({
    ...queries.stock.preview.queryOptions({ bookId, ...(requested ?? { delta: 0 }) }),
    enabled: active && requested !== null,
    staleTime: 0,
    refetchInterval: REFETCH_MS,
  })
  const text =
    change === null
      ? 'Enter a number to preview the change.'
      : typed !== debounced || preview.isPending
        ? 'Checking…'
        : preview.isError
          ? (describeFailure(preview.error)?.title ?? '')
          : previewText(preview.data)
  return (
    <p role="status" className="restock-preview">
      {text}
    </p>
  )
}

function previewText({
  book,
  quantityAfter,
  transition,
  wouldNotify,
}: RouterOutputs['stock']['preview']): string {
  const change = `From ${book.stockQuantity} to ${copies(quantityAfter)}`
  switch (transition) {
    case 'restocked':
      return `${change}. ${book.withdrawnAt === null ? '' : 'This reinstates the withdrawn book. '}${wouldNotify === 0 ? 'No readers are waiting.' : `${readers(wouldNotify)} will be notified.`}`
    case 'sold-out':
      return `${change}: sold out. Readers can then pre-book it.`
    case 'changed':
      return `${change}. It is already in stock, so no readers will be notified.`
    case 'none':
      return 'This is the current stock: nothing will change.'
  }
}
