import { limits } from '@prebook/client/limits'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import './search-box.css'

/** Delay after the last keystroke before the catalogue is searched, in milliseconds. */
const DEBOUNCE_MS = 250

/** Searches the catalogue: as you type on the catalogue page, elsewhere on Enter. The address holds the search. */
export function SearchBox() {
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

  const search = (text: string, replace: boolean) => {
    const trimmed = text.trim()
    sent.current = trimmed
    void navigate({
      to: '/',
      search: ({ inStock }) => ({
        ...(trimmed === '' ? {} : { query: trimmed }),
        ...(onCatalogue && inStock !== undefined ? { inStock } : {}),
      }),
      replace,
    })
  }

  useEffect(() => {
    if (!onCatalogue || typed.trim() === sent.current) return undefined
    const timer = setTimeout(() => search(typed, true), DEBOUNCE_MS)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- only typing starts the timer
  }, [typed, onCatalogue])

  return (
    <search className="search-box">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          search(typed, onCatalogue)
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="10.500" cy="10.500" r="6.500" />
          <path d="m15.500 15.500 5 5" />
        </svg>
        <input
          type="search"
          name="query"
          aria-label="Search by title or author"
          placeholder="Title or author"
          autoComplete="off"
          enterKeyHint="search"
          maxLength={limits.search.max}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </search>
  )
}
