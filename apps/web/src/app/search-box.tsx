import { limits } from '@prebook/client/limits'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import type { BookSuggestion } from '@prebook/client'
import { Suggestions, optionId } from './suggestions.tsx'
import { useSuggestions } from './use-suggestions.ts'
import './search-box.css'

/** Delay after the last keystroke before the catalogue is searched, in milliseconds. */
const DEBOUNCE_MS = 250

/**
 * Searches the catalogue: as you type on the catalogue page, elsewhere on Enter. The address holds the search. Books are suggested
 * while you type; choosing one opens it. The pattern is https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ with a list and
 * manual selection.
 */
export function SearchBox() {
  const navigate = useNavigate()
  const listId = useId()
  const { typed, setTyped, search, clear } = useSearchText()
  const [isOpen, setIsOpen] = useState(false)
  const [active, setActive] = useState<number | null>(null)
  const suggestions = useSuggestions(typed, isOpen)
  const { items } = suggestions
  const isShown = isOpen && items.length > 0
  const activeBook = isShown && active !== null ? items[active] : undefined

  const close = () => {
    setIsOpen(false)
    setActive(null)
  }
  const choose = ({ id }: BookSuggestion) => {
    close()
    clear()
    void navigate({ to: '/books/$bookId', params: { bookId: id } })
  }
  const move = (by: 1 | -1) => {
    setIsOpen(true)
    // From the last one back into the field, and from there to the first.
    const places = items.length + 1
    const place = active === null ? items.length : active
    const next = (place + by + places) % places
    setActive(next === items.length ? null : next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Escape' && isShown) {
      event.preventDefault()
      close()
    } else if (event.key === 'Enter' && activeBook !== undefined) {
      event.preventDefault()
      choose(activeBook)
    }
  }

  return (
    <search className="search-box">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          close()
          search(typed)
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="10.500" cy="10.500" r="6.500" />
          <path d="m15.500 15.500 5 5" />
        </svg>
        <input
          type="text"
          role="combobox"
          inputMode="search"
          name="query"
          aria-label="Search by title, author or ISBN"
          aria-autocomplete="list"
          aria-expanded={isShown}
          aria-controls={listId}
          {...(activeBook !== undefined && { 'aria-activedescendant': optionId(listId, activeBook.id) })}
          placeholder="Title, author or ISBN"
          autoComplete="off"
          enterKeyHint="search"
          maxLength={limits.search.max}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setIsOpen(true)
            setActive(null)
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
      </form>
      <Suggestions
        id={listId}
        label="Suggested books"
        suggestions={suggestions}
        isShown={isShown}
        isOpen={isOpen && typed.trim() !== ''}
        activeId={activeBook?.id}
        onChoose={choose}
      />
    </search>
  )
}

/** What is typed, and the search in the address. Each follows the other. */
function useSearchText() {
  const navigate = useNavigate()
  const onCatalogue = useRouterState({ select: ({ location }) => location.pathname === '/' })
  const query = useRouterState({
    select: ({ location }) => (location.pathname === '/' ? (location.search.query ?? '') : ''),
  })
  const [typed, setTyped] = useState(query)
  const sent = useRef(query)

  useEffect(() => {
    // The address changed through a link or the back button, not through typing: show its query.
    if (query === sent.current) return
    sent.current = query
    setTyped(query)
  }, [query])

  const search = (text: string) => {
    const trimmed = text.trim()
    sent.current = trimmed
    void navigate({
      to: '/',
      search: ({ inStock }) => ({
        ...(trimmed === '' ? {} : { query: trimmed }),
        ...(onCatalogue && inStock !== undefined ? { inStock } : {}),
      }),
      replace: onCatalogue,
    })
  }

  useEffect(() => {
    if (!onCatalogue || typed.trim() === sent.current) return undefined
    const timer = setTimeout(() => search(typed), DEBOUNCE_MS)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- only typing starts the timer
  }, [typed, onCatalogue])

  const clear = () => {
    sent.current = ''
    setTyped('')
  }
  return { typed, setTyped, search, clear }
}
