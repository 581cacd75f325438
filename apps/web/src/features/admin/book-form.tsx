import { limits } from '@prebook/client/limits'
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

/** What a book is, as the service takes it. */
export type BookFields = Pick<Book, 'title' | 'author' | 'priceCents' | 'isbn' | 'description'>

/** The form in which a book is added or edited. What is wrong stands beside its field, whoever finds out. */
export function BookForm({
  book,
  send,
  onSend,
  children,
}: {
  /** What is in the fields at first; without it a new book is asked for, and how many copies there are. */
  book?: Book | undefined
  /** The words on the button. */
  send: string
  onSend: (fields: BookFields, stockQuantity: number) => Promise<unknown>
  /** Other ways on, beside the button. */
  children?: ReactNode
}) {
  const form = useForm({
    rules: {
      title: titleRule,
      author: authorRule,
      priceCents: priceRule,
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
            priceCents: (book.priceCents / 100).toFixed(2),
            isbn: book.isbn ?? '',
            description: book.description ?? '',
          },
    beside: { BOOK_ISBN_CONFLICT: 'isbn' },
    send: ({ title, author, priceCents, isbn, description, stockQuantity }) =>
      onSend(
        {
          title: title.trim(),
          author: author.trim(),
          priceCents: centsOf(priceCents) ?? 0,
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
      // The browser has nothing to offer: each book is another.
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
          hint="Such as 19.99"
          required
        />
        <Field
          {...form.field('isbn')}
          label="ISBN, if it has one"
          maxLength={limits.isbn.max}
          hint="10 or 13 digits"
        />
      </div>
      <MultilineField
        {...form.field('description')}
        label="Description, if you like"
        maxLength={limits.description.max}
      />
      {book === undefined && (
        <Field
          {...form.field('stockQuantity')}
          label="Copies in stock"
          inputMode="numeric"
          hint="With none, readers can pre-book it at once."
          required
        />
      )}
      <FailureNote failure={form.failure} />
      <div className="book-form-actions">
        <Button type="submit" tone="primary" busy={form.busy}>
          {send}
        </Button>
        {children}
      </div>
    </form>
  )
}
