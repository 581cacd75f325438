import { invalid, Isbn, PrebookError } from '@prebook/core'
import { findBookIdByIsbn } from '@prebook/db'
import type { Services } from '../services.ts'

/**
 * Returns the id of the book with an ISBN, which may be written in any spelling.
 *
 * @throws PrebookError `VALIDATION_ERROR` when it is not a valid ISBN, `BOOK_NOT_FOUND`
 */
export async function findBookId({ store }: Services, text: string): Promise<number> {
  const isbn = Isbn.safeParse(text)
  if (!isbn.success) throw invalid('isbn', isbn.error.issues[0]?.message ?? 'Must be a valid ISBN.')
  const id = await store.read((reader) => findBookIdByIsbn(reader, isbn.data))
  if (id === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'isbn' })
  return id
}
