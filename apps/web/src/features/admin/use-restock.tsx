import { useEffect, useRef, useState, type ReactNode } from 'react'
import { RestockDialog, type StockedBook } from './restock-dialog.tsx'

/**
 * The dialog to change the stock of a book. It belongs to the page, not to a row, because the change may remove the row.
 *
 * @returns a function that opens the dialog for a book, and the dialog
 */
export function useRestock(): { restock: (book: StockedBook) => void; dialog: ReactNode } {
  const [request, setRequest] = useState<{ book: StockedBook; opening: number } | null>(null)
  const [open, setOpen] = useState(false)
  const wasOpen = useRef(false)
  useEffect(() => {
    // The button that opened the dialog may be gone with its row. The focus then goes to the heading.
    if (wasOpen.current && !open && (document.activeElement ?? document.body) === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus()
    wasOpen.current = open
  }, [open])
  return {
    restock: (book) => {
      setRequest((previous) => ({ book, opening: (previous?.opening ?? 0) + 1 }))
      setOpen(true)
    },
    dialog: request && (
      <RestockDialog key={request.opening} book={request.book} open={open} onClose={() => setOpen(false)} />
    ),
  }
}
