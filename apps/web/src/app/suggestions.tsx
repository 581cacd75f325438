import { useEffect, useRef } from 'react'
import type { BookSuggestion } from '@prebook/client'
import { Badge } from '../ui/badge.tsx'
import type { SuggestionsFound } from './use-suggestions.ts'
import './suggestions.css'

/** The id of the element of a suggested book. */
export function optionId(listId: string, bookId: number): string {
  return `${listId}-${bookId}`
}

/** The list below a combobox. The focus stays in the field, which names the active book. */
export function Suggestions({
  id,
  label,
  suggestions: { items, showingResultsFor, isCurrent },
  isShown,
  isOpen,
  activeId,
  onChoose,
}: {
  id: string
  label: string
  suggestions: SuggestionsFound
  isShown: boolean
  /** Whether somebody types, so that the number of suggestions is announced. */
  isOpen: boolean
  activeId: number | undefined
  onChoose: (book: BookSuggestion) => void
}) {
  return (
    <>
      <div className="suggestions" hidden={!isShown}>
        {showingResultsFor !== null && (
          <p className="suggestions-note">
            Showing results for <strong>{showingResultsFor}</strong>
          </p>
        )}
        <div id={id} role="listbox" aria-label={label}>
          {items.map((book) => (
            <Suggestion
              key={book.id}
              id={optionId(id, book.id)}
              book={book}
              isActive={book.id === activeId}
              onChoose={onChoose}
            />
          ))}
        </div>
      </div>
      <p role="status" className="visually-hidden">
        {isOpen && isCurrent ? announcement(items.length, showingResultsFor) : ''}
      </p>
    </>
  )
}

function Suggestion({
  id,
  book,
  isActive,
  onChoose,
}: {
  id: string
  book: BookSuggestion
  isActive: boolean
  onChoose: (book: BookSuggestion) => void
}) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    // The field handles the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={isActive}
      className="suggestion"
      // The field keeps the focus, so that the list is still open when the click arrives.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onChoose(book)}
    >
      <span className="suggestion-title">{book.title}</span>
      <span className="suggestion-author">{book.author}</span>
      <Availability book={book} />
    </div>
  )
}

function Availability({ book: { inStock, withdrawn } }: { book: BookSuggestion }) {
  if (inStock) return <Badge tone="good">In stock</Badge>
  return withdrawn ? <Badge tone="plain">Withdrawn</Badge> : <Badge tone="waiting">Sold out</Badge>
}

function announcement(count: number, showingResultsFor: string | null): string {
  if (count === 0) return 'No suggestions.'
  const counted = count === 1 ? '1 suggestion.' : `${count} suggestions.`
  return showingResultsFor === null ? counted : `Showing results for ${showingResultsFor}. ${counted}`
}
