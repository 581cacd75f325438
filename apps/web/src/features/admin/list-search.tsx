import { Button } from '../../ui/button.tsx'
import './list-search.css'

/** A search in a list whose address holds it. Sent by Enter or by the button. */
export function ListSearch({
  label,
  query,
  max,
  onSearch,
}: {
  label: string
  query: string | undefined
  max: number
  /** Gets what was typed; undefined when that is nothing. */
  onSearch: (query: string | undefined) => void
}) {
  return (
    <search>
      <form
        // Made anew when the address changes by itself: a link, the browser's way back.
        key={query}
        className="list-search"
        onSubmit={(event) => {
          event.preventDefault()
          const typed = new FormData(event.currentTarget).get('wanted')
          onSearch(typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : undefined)
        }}
      >
        <input
          type="search"
          name="wanted"
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
