import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { RouterOutputs } from '@prebook/client'
import { queries } from '../lib/client.ts'
import { useDebounced } from '../lib/use-debounced.ts'

/** Delay after the last keystroke before suggestions are requested, in milliseconds. */
const DEBOUNCE_MS = 150

/** Suggestions for what is typed, and whether they have arrived. */
export type SuggestionsFound = RouterOutputs['books']['suggest'] & { isCurrent: boolean }

const none: SuggestionsFound = { items: [], showingResultsFor: null, isCurrent: false }

/**
 * Suggests books for what is typed. Each text has its own entry in the query cache, so an answer that comes late never replaces
 * that of a newer text. A search that fails suggests nothing: Enter searches all the same.
 */
export function useSuggestions(typed: string, isOpen: boolean): SuggestionsFound {
  const text = useDebounced(typed.trim(), DEBOUNCE_MS)
  const { data, isPlaceholderData } = useQuery({
    ...queries.books.suggest.queryOptions({ query: text }),
    enabled: isOpen && text !== '',
    // Until the next answer, so that the list does not flicker.
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (typed.trim() === '' || data === undefined) return none
  return { ...data, isCurrent: !isPlaceholderData && text === typed.trim() }
}
