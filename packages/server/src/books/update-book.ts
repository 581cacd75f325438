import { PrebookError, searchText, type AuditDetails, type Book, type BookUpdateInput } from '@prebook/core'
import { findBook, recordAudit, UniqueViolation, updateBook as writeBook, type BookRow } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { presentBook } from './present-book.ts'

/**
 * Updates a book's catalogue data. Stock is changed elsewhere, see `changeStock`.
 *
 * @throws PrebookError `BOOK_NOT_FOUND`, `BOOK_ISBN_CONFLICT`
 */
export async function updateBook(context: ActorContext, input: BookUpdateInput): Promise<Book> {
  const { services, actor } = context
  try {
    return await services.store.writeOnBook(input.bookId, 'exclusive', async (tx) => {
      const book = await findBook(tx, input.bookId)
      if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
      const now = services.now()
      const updated = await writeBook(tx, book.id, { ...changed(book, input), updated_at: now })
      await recordAudit(tx, {
        at: now,
        actor: actor.id,
        action: 'books.update',
        subject: `book:${book.id}`,
        details: changedFields(book, updated),
      })
      return context.keep(tx, presentBook(services, updated))
    })
  } catch (error) {
    if (error instanceof UniqueViolation)
      throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn', cause: error })
    throw error
  }
}

function changed(book: BookRow, input: BookUpdateInput) {
  const { title = book.title, author = book.author, priceCents = book.price_cents } = input
  const isbn = input.isbn === undefined ? book.isbn : input.isbn
  const description = input.description === undefined ? book.description : input.description
  return {
    title,
    author,
    isbn,
    price_cents: priceCents,
    description,
    search_text: searchText({ title, author, isbn }),
  }
}

function changedFields(before: BookRow, after: BookRow): AuditDetails<'books.update'> {
  const fields = (['title', 'author', 'isbn', 'description'] as const).filter(
    (field) => before[field] !== after[field],
  )
  const [oldPriceCents, newPriceCents] = [before.price_cents, after.price_cents]
  if (oldPriceCents === newPriceCents) return { fields }
  return { fields: [...fields, 'price'], oldPriceCents, newPriceCents }
}
