import { z } from 'zod'
import { limits } from '../limits.ts'
import { Id, searchQuery } from './scalars.ts'

/** `books.suggest`: the first results of a search, while its query is being typed. */
export const BookSuggestInput = z.strictObject({
  query: searchQuery(limits.search.max).describe(
    'What was typed so far: words of title and author, of which the last may be the beginning of one, or an ISBN or its beginning.',
  ),
  limit: z
    .int()
    .min(1)
    .max(limits.suggestions.max)
    .default(limits.suggestions.default)
    .describe('The maximum number of suggestions.'),
})
/** See {@link BookSuggestInput}. */
export type BookSuggestInput = z.output<typeof BookSuggestInput>

/** A book in a list of suggestions. */
export const BookSuggestion = z.object({
  id: Id.describe('The id of the book.'),
  title: z.string().describe('The title.'),
  author: z.string().describe('The author, or several of them in one text.'),
  isbn: z.string().nullable().describe('The ISBN as 13 digits without hyphens. Null if the book has none.'),
  inStock: z.boolean().describe('Whether copies are in stock.'),
  withdrawn: z.boolean().describe('Whether it is withdrawn, so that it will not come back.'),
})
/** See {@link BookSuggestion}. */
export type BookSuggestion = z.infer<typeof BookSuggestion>

/** The suggestions for a query. */
export const BookSuggestions = z.object({
  items: z.array(BookSuggestion).describe('The first results, in the order of `books.list`.'),
  showingResultsFor: z
    .string()
    .nullable()
    .describe(
      'The words that the results are for, when no book has those of the query and one typing error in a word was corrected. Otherwise null.',
    ),
})
/** See {@link BookSuggestions}. */
export type BookSuggestions = z.infer<typeof BookSuggestions>
