import { useEffect, useRef, useState, type ReactNode } from 'react'
import { RestockDialog, type StockedBook } from './restock-dialog.tsx'

/**
 * The dialog in which the stock of a book is changed. It belongs to the page, not to a row: when the change is made, the row
 * may be gone.
 *
 * @returns what opens it for a book, and the dialog itself
 */
export function useRestock(): { restock: (book: StockedBook) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ book: StockedBook; time: number } | null>(null)
  const [open, setOpen] = useState(false)
  const wasOpen = useRef(false)
  useEffect(() => {
    // The button that opened it may be gone with its row: the keyboard goes on from the heading then.
    if (wasOpen.current && !open && (document.activeElement ?? document.body) === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus()
    wasOpen.current = open
  }, [open])
  return {
    restock: (book) => {
      setAsked((before) => ({ book, time: (before?.time ?? 0) + 1 }))
      setOpen(true)
    },
    dialog: asked && (
      <RestockDialog key={asked.time} book={asked.book} open={open} onClose={() => setOpen(false)} />
    ),
  }
}
