import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Book } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useDebounced } from '../../lib/use-debounced.ts'
import './book-picker.css'

/** Delay after the last keystroke before the search, in milliseconds. */
const DEBOUNCE_MS = 200
/** Books offered at once. */
const CHOICES = 5

/** Searches the catalogue for one book. `exceptId` is not offered. */
export function BookPicker({
  label,
  hint,
  chosen,
  error,
  exceptId,
  onChoose,
}: {
  label: string
  hint: string
  chosen: Book | null
  error: string | undefined
  exceptId: number
  onChoose: (book: Book | null) => void
}) {
  const [typed, setTyped] = useState('')
  const remove = useRef<HTMLButtonElement>(null)
  const search = useRef<HTMLDivElement>(null)
  const moveFocus = useRef(false)
  useEffect(() => {
    // The pressed button is gone.
    if (moveFocus.current)
      (chosen === null ? search.current?.querySelector('input') : remove.current)?.focus()
    moveFocus.current = false
  }, [chosen])
  const choose = (book: Book | null) => {
    moveFocus.current = true
    setTyped('')
    onChoose(book)
  }
  if (chosen !== null) {
    return (
      <div className="book-picker">
        <p>
          <span className="field-label">{label}</span>
          <span className="book-picker-chosen">
            {chosen.title} <span className="admin-aside">{chosen.author}</span>
          </span>
        </p>
        {error !== undefined && <p className="field-error">{error}</p>}
        <Button ref={remove} aria-label={`Remove: ${chosen.title}`} onClick={() => choose(null)}>
          Remove
        </Button>
      </div>
    )
  }
  return (
    <div className="book-picker" ref={search}>
      <Field
        name="successor"
        type="search"
        label={label}
        hint={hint}
        error={error}
        autoComplete="off"
        maxLength={limits.search.max}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          // Enter would submit the form.
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
      <Choices query={typed.trim()} exceptId={exceptId} onChoose={choose} />
    </div>
  )
}

function Choices({
  query,
  exceptId,
  onChoose,
}: {
  query: string
  exceptId: number
  onChoose: (book: Book) => void
}) {
  const debounced = useDebounced(query, DEBOUNCE_MS)
  const books = useQuery({
    // One more, because one may be the exception.
    ...queries.books.list.queryOptions({ query: debounced, limit: CHOICES + 1 }),
    enabled: debounced !== '',
    placeholderData: keepPreviousData,
  }).data?.items
  if (query === '' || debounced === '' || books === undefined) return null
  const offered = books.filter(({ id }) => id !== exceptId).slice(0, CHOICES)
  return (
    <>
      <p role="status" className="visually-hidden">
        {offered.length === 0 ? '' : `${offered.length} matching books`}
      </p>
      {offered.length === 0 ? (
        <p>No matching books.</p>
      ) : (
        <ul className="book-picker-choices">
          {offered.map((book) => (
            <li key={book.id}>
              <button type="button" onClick={() => onChoose(book)}>
                <span className="visually-hidden">Choose </span>
                {book.title} <span className="admin-aside">{book.author}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
