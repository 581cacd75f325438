import type { RouterInputs } from '@prebook/client'
import { formatPrice } from '@prebook/client/price'
import { CommandError } from '../program/command-error.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { findBookId, type Book } from './find-book.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'

export type BooksEditOptions = GlobalOptions & {
  title?: string
  author?: string
  /** In cents. */
  price?: number
  isbn?: string
  description?: string
}

type Update = RouterInputs['books']['update']

/**
 * `prebook books edit`: changes what the catalogue says of a book.
 *
 * @throws CommandError `usage` when nothing is to be changed
 */
export async function editBook(reference: string, options: BooksEditOptions): Promise<void> {
  const changes = readChanges(options)
  if (Object.keys(changes).length === 0) {
    throw new CommandError(
      'usage',
      'Say what to change: --title, --author, --price, --isbn or --description.',
      {
        remedy: 'The stock is changed with `prebook restock`.',
      },
    )
  }
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const before = await connection.call((client, request) => client.books.get.query({ bookId }, request))
  const after = await connection.call((client, request) =>
    client.books.update.mutate({ bookId, ...changes }, request),
  )
  if (options.json === true) printJson(after)
  else print(...describeChanges(before, after))
}

function readChanges({ title, author, price, isbn, description }: BooksEditOptions): Omit<Update, 'bookId'> {
  const changes: Omit<Update, 'bookId'> = {}
  if (title !== undefined) changes.title = title
  if (author !== undefined) changes.author = author
  if (price !== undefined) changes.priceCents = price
  if (isbn !== undefined) changes.isbn = isbn.trim() === '' ? null : isbn
  if (description !== undefined) changes.description = description.trim() === '' ? null : description
  return changes
}

/** The fields that came out otherwise, before and after. */
function describeChanges(before: Book, after: Book): string[] {
  const fields: [label: string, read: (book: Book) => string | null][] = [
    ['Title', ({ title }) => title],
    ['Author', ({ author }) => author],
    ['Price', ({ priceCents }) => formatPrice(priceCents)],
    ['ISBN', ({ isbn }) => isbn],
  ]
  const step = (read: (book: Book) => string | null): string | null =>
    read(before) === read(after) ? null : `${shown(read(before))} → ${shown(read(after))}`
  const lines = describeList([
    ...fields.map(([label, read]): [string, string | null] => [label, step(read)]),
    ['Description', descriptionStep(before, after)],
  ])
  if (lines.length === 0) return [plain`#${after.id} ${after.title} is unchanged: it was so already.`]
  return [plain`Changed #${after.id} ${after.title}.`, ...lines]
}

function descriptionStep(before: Book, after: Book): string | null {
  if (before.description === after.description) return null
  if (after.description === null) return 'taken away'
  return before.description === null ? 'added' : 'changed'
}

function shown(value: string | null): string {
  return value === null ? 'none' : plainText(value)
}
