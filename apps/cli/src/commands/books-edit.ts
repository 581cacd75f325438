import type { RouterInputs } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { parsePriceOption, priceText } from '../program/price.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { findBookId, type Book } from './find-book.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'

export type BooksEditOptions = GlobalOptions & {
  title?: string
  author?: string
  price?: string
  isbn?: string
  description?: string
}

type Update = RouterInputs['books']['update']

/**
 * `prebook books edit`: edits the details of a book.
 *
 * @throws CommandError `usage` without any change
 */
export async function editBook(reference: string, options: BooksEditOptions): Promise<void> {
  const { title, author, price, isbn, description } = options
  if ([title, author, price, isbn, description].every((value) => value === undefined)) {
    throw new CommandError(
      'usage',
      'Nothing to change. Use --title, --author, --price, --isbn or --description.',
      {
        remedy: 'To change the stock, use `prebook restock`.',
      },
    )
  }
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const before = await connection.call((client, request) => client.books.get.query({ bookId }, request))
  const changes = readChanges(options, before.currency)
  const after = await connection.call((client, request) =>
    client.books.update.mutate({ bookId, ...changes }, request),
  )
  if (options.json === true) printJson(after)
  else print(...describeChanges(before, after))
}

function readChanges(
  { title, author, price, isbn, description }: BooksEditOptions,
  currency: string,
): Omit<Update, 'bookId'> {
  const changes: Omit<Update, 'bookId'> = {}
  if (title !== undefined) changes.title = title
  if (author !== undefined) changes.author = author
  if (price !== undefined) changes.priceCents = parsePriceOption(price, currency)
  if (isbn !== undefined) changes.isbn = isbn.trim() === '' ? null : isbn
  if (description !== undefined) changes.description = description.trim() === '' ? null : description
  return changes
}

/** The changed fields, before and after. */
function describeChanges(before: Book, after: Book): string[] {
  const fields: [label: string, read: (book: Book) => string | null][] = [
    ['Title', ({ title }) => title],
    ['Author', ({ author }) => author],
    ['Price', priceText],
    ['ISBN', ({ isbn }) => isbn],
  ]
  const difference = (read: (book: Book) => string | null): string | null =>
    read(before) === read(after) ? null : `${display(read(before))} → ${display(read(after))}`
  const lines = describeList([
    ...fields.map(([label, read]): [string, string | null] => [label, difference(read)]),
    ['Description', descriptionDifference(before, after)],
  ])
  if (lines.length === 0) return [plain`Nothing to do: #${after.id} ${after.title} already has these values.`]
  return [plain`Changed #${after.id} ${after.title}.`, ...lines]
}

function descriptionDifference(before: Book, after: Book): string | null {
  if (before.description === after.description) return null
  if (after.description === null) return 'removed'
  return before.description === null ? 'added' : 'changed'
}

function display(value: string | null): string {
  return value === null ? 'none' : plainText(value)
}
