import { useQuery } from '@tanstack/react-query'
import type { RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { inWords } from '../../lib/failure-words.ts'
import { copies, readers } from './counted.ts'
import { useSettled } from './use-settled.ts'

/** How long typing must pause before the server is asked, in milliseconds. */
const PAUSE_MS = 200
/** How often it is asked anew, in milliseconds: readers come and go meanwhile. */
const ANEW_MS = 5_000

type Change = { delta: number } | { quantity: number }

/** What a change of stock would do, for as long as it is being typed. `change` is null while there is none. */
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
  const settled = useSettled(typed, PAUSE_MS)
  const wanted = JSON.parse(settled) as Change | null
  const preview = useQuery({
    ...queries.stock.preview.queryOptions({ bookId, ...(wanted ?? { delta: 0 }) }),
    enabled: active && wanted !== null,
    staleTime: 0,
    refetchInterval: ANEW_MS,
  })
  const words =
    change === null
      ? 'Say how many, and here is what would happen.'
      : typed !== settled || preview.isPending
        ? 'Looking …'
        : preview.isError
          ? (inWords(preview.error)?.title ?? '')
          : inSentence(preview.data)
  return (
    <p role="status" className="restock-preview">
      {words}
    </p>
  )
}

function inSentence({
  book,
  quantityAfter,
  transition,
  wouldNotify,
}: RouterOutputs['stock']['preview']): string {
  const change = `From ${book.stockQuantity} to ${copies(quantityAfter)}`
  switch (transition) {
    case 'restocked':
      return `${change}. ${wouldNotify === 0 ? 'Nobody waits for it.' : `${readers(wouldNotify)} will be told.`}`
    case 'sold-out':
      return `${change}: sold out. From then on readers can pre-book it.`
    case 'changed':
      return `${change}. It is in stock already, so nobody will be told.`
    case 'none':
      return 'That many there are already: nothing would change.'
  }
}
