import { Button } from '../../ui/button.tsx'
import './list-search.css'

/** A search field for a list. The address holds the search; Enter or the button submits it. */
export function ListSearch({
  label,
  query,
  max,
  onSearch,
}: {
  label: string
  query: string | undefined
  max: number
  /** Called with the trimmed text; undefined when it is empty. */
  onSearch: (query: string | undefined) => void
}) {
  return (
    <search>
      <form
        // The key resets the field when a link or the back button changes the address.
        key={query}
        className="list-search"
        onSubmit={(event) => {
          event.preventDefault()
          const typed = new FormData(event.currentTarget).get('query')
          onSearch(typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : undefined)
        }}
      >
        <input
          type="search"
          name="query"
          aria-label={label}
          placeholder={label}
          autoComplete="off"
          enterKeyHint="search"
          maxLength={max}
          defaultValue={query}
          className="field-input"
        />
        <Button type="submit">Search</Button>
      </form>
    </search>
  )
}
