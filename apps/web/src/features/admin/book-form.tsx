import { limits } from '@prebook/client/limits'
import { decimalPrice, examplePrice } from '@prebook/client/price'
import type { ReactNode } from 'react'
import type { Book } from '@prebook/client'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Field, MultilineField } from '../../ui/field.tsx'
import {
  authorRule,
  centsOf,
  descriptionRule,
  isbnRule,
  priceRule,
  quantityRule,
  titleRule,
  wholeNumberOf,
} from './book-rules.ts'

/** The editable fields of a book. */
export type BookFields = Pick<Book, 'title' | 'author' | 'priceCents' | 'isbn' | 'description'>

/** The form to add or edit a book. Errors from the page and the server appear at their field. */
export function BookForm({
  book,
  currency,
  submitLabel,
  onSubmit,
  children,
}: {
  /** The book to edit. Without it, the form adds a book and also asks for its stock. */
  book?: Book | undefined
  /** Of the shop. */
  currency: string
  submitLabel: string
  onSubmit: (fields: BookFields, stockQuantity: number) => Promise<unknown>
  /** Other actions, next to the button. */
  children?: ReactNode
}) {
  const form = useForm({
    rules: {
      title: titleRule,
      author: authorRule,
      priceCents: priceRule(currency),
      isbn: isbnRule,
      description: descriptionRule,
      stockQuantity: (value) => (book === undefined ? quantityRule(value) : null),
    },
    initial:
      book === undefined
        ? { stockQuantity: '0' }
        : {
            title: book.title,
            author: book.author,
            priceCents: decimalPrice(book.priceCents, currency),
            isbn: book.isbn ?? '',
            description: book.description ?? '',
          },
    fieldByReason: { BOOK_ISBN_CONFLICT: 'isbn' },
    send: ({ title, author, priceCents, isbn, description, stockQuantity }) =>
      onSubmit(
        {
          title: title.trim(),
          author: author.trim(),
          priceCents: centsOf(priceCents, currency) ?? 0,
          isbn: isbn.trim() === '' ? null : isbn,
          description: description.trim() === '' ? null : description,
        },
        wholeNumberOf(stockQuantity) ?? 0,
      ),
  })
  return (
    <form
      method="post"
      noValidate
      // Values of other books are no use here.
      autoComplete="off"
      className="book-form"
      onSubmit={form.onSubmit}
      aria-busy={form.busy}
    >
      <Field {...form.field('title')} label="Title" maxLength={limits.title.max} required />
      <Field {...form.field('author')} label="Author" maxLength={limits.author.max} required />
      <div className="book-form-row">
        <Field
          {...form.field('priceCents')}
          label="Price"
          inputMode="decimal"
          hint={`In ${currency}, for example ${examplePrice(currency)}`}
          required
        />
        <Field
          {...form.field('isbn')}
          label="ISBN (optional)"
          maxLength={limits.isbn.max}
          hint="10 or 13 digits"
        />
      </div>
      <MultilineField
        {...form.field('description')}
        label="Description (optional)"
        maxLength={limits.description.max}
      />
      {book === undefined && (
        <Field
          {...form.field('stockQuantity')}
          label="Copies in stock"
          inputMode="numeric"
          hint="With 0 copies, readers can pre-book the book right away."
          required
        />
      )}
      <FailureNote failure={form.failure} />
      <div className="book-form-actions">
        <Button type="submit" tone="primary" busy={form.busy}>
          {submitLabel}
        </Button>
        {children}
      </div>
    </form>
  )
}
