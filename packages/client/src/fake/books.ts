import {
  BookImportRow,
  cappedCount,
  parseIsbn,
  PrebookError,
  searchText,
  searchWords,
  validationIssues,
  type AuditDetails,
  type Book,
  type BookCreateInput,
  type BookGetInput,
  type BookImportInput,
  type BookImportOutcome,
  type BookImportResult,
  type BookListInput,
  type BookPage,
  type BookUpdateInput,
  type BookWaitlist,
  type BookWaitlistInput,
} from '@prebook/core'
import { sessionOf, type ActorCall, type Call } from './callers.ts'
import { page, readCursor } from './cursors.ts'
import { withQueuePosition } from './prebooks.ts'
import type { BookRow } from './rows.ts'
import {
  actorColumns,
  add,
  findBook,
  findBookByIsbn,
  findOpenWaitlist,
  isoTime,
  isoTimeOrNull,
  queueOf,
  recordAudit,
  type Shop,
} from './shop.ts'

export function presentBook({ withdrawnAt, createdAt, updatedAt, ...book }: BookRow): Book {
  return {
    ...book,
    inStock: book.stockQuantity > 0,
    withdrawnAt: isoTimeOrNull(withdrawnAt),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  }
}

export function listBooks({ shop }: Call, { query = '', inStock, cursor, limit }: BookListInput): BookPage {
  const afterId = readCursor('books', cursor)
  const isbn = parseIsbn(query)
  const withIsbn = isbn === null ? undefined : findBookByIsbn(shop, isbn)
  const words = searchWords(query)
  // A query of signs only finds nothing.
  const matches = (book: BookRow) => words.every((word) => searchText(book).includes(word))
  const findsAny = words.length > 0 || query === ''
  const found =
    withIsbn === undefined ? shop.rows.books.filter((book) => findsAny && matches(book)) : [withIsbn]
  const inOrder = found
    .filter((book) => inStock === undefined || inStock === book.stockQuantity > 0)
    .toSorted(byTitle)
  const after = afterId === null ? undefined : findBook(shop, afterId)
  // The book of an ISBN fits on the first page.
  const rows =
    afterId === null
      ? inOrder
      : withIsbn === undefined && after !== undefined
        ? inOrder.filter((book) => byTitle(book, after) > 0)
        : []
  return page('books', rows, limit, presentBook, ({ id }) => id)
}

function byTitle(a: BookRow, b: BookRow): number {
  const [one, other] = [searchText(a), searchText(b)]
  return one === other ? a.id - b.id : one < other ? -1 : 1
}

export function getBook({ shop }: Call, input: BookGetInput): Book {
  const book = input.isbn === undefined ? findBook(shop, input.bookId) : findBookByIsbn(shop, input.isbn)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND')
  return presentBook(book)
}

export function bookWaitlist(call: Call, { bookId }: BookWaitlistInput): BookWaitlist {
  const { shop } = call
  const caller = sessionOf(call)?.user
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND')
  const waitlist = findOpenWaitlist(shop, bookId)
  const queue = waitlist === undefined ? [] : queueOf(shop, waitlist.id)
  const mine = queue.find(({ userId }) => caller?.isActive === true && userId === caller.id)
  return {
    bookId,
    inStock: book.stockQuantity > 0,
    waiting: cappedCount(queue.length),
    mine: mine === undefined ? null : withQueuePosition(shop, mine),
  }
}

/** Adds a book with its first movement. */
export function addBook(
  shop: Shop,
  input: BookCreateInput,
  actor: { actorId: number | null; tokenId: number | null },
): BookRow {
  const { title, author, priceCents, isbn = null, description = null, stockQuantity } = input
  if (isbn !== null && findBookByIsbn(shop, isbn) !== undefined)
    throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn' })
  const now = shop.now()
  const fields = { title, author, priceCents, isbn, description, stockQuantity, withdrawnAt: null }
  const book = add<BookRow>(shop.rows.books, {
    ...fields,
    successorId: null,
    createdAt: now,
    updatedAt: now,
  })
  if (stockQuantity > 0)
    add(shop.rows.movements, {
      bookId: book.id,
      delta: stockQuantity,
      quantityAfter: stockQuantity,
      ...actor,
      note: null,
      createdAt: now,
    })
  return book
}

export function createBook({ shop, actor }: ActorCall, input: BookCreateInput): Book {
  const book = addBook(shop, input, actorColumns(actor.id))
  const details = { stockQuantity: book.stockQuantity }
  recordAudit(shop, actor.id, { action: 'books.create', subject: `book:${book.id}`, details })
  return presentBook(book)
}

export function updateBook({ shop, actor }: ActorCall, { bookId, ...changes }: BookUpdateInput): Book {
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const { title = book.title, author = book.author, priceCents = book.priceCents } = changes
  const { isbn = book.isbn, description = book.description } = changes
  const holder = isbn === null ? undefined : findBookByIsbn(shop, isbn)
  if (holder !== undefined && holder !== book) throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn' })
  const after = { title, author, priceCents, isbn, description }
  const details = changedFields(book, after)
  Object.assign(book, after, { updatedAt: shop.now() })
  recordAudit(shop, actor.id, { action: 'books.update', subject: `book:${book.id}`, details })
  return presentBook(book)
}

type Details = Pick<BookRow, 'title' | 'author' | 'isbn' | 'description' | 'priceCents'>

function changedFields(before: Details, after: Details): AuditDetails<'books.update'> {
  const texts = ['title', 'author', 'isbn', 'description'] as const
  const fields = texts.filter((field) => before[field] !== after[field])
  if (before.priceCents === after.priceCents) return { fields }
  return {
    fields: [...fields, 'price'],
    oldPriceCents: before.priceCents,
    newPriceCents: after.priceCents,
  }
}

export function importBooks({ shop, actor }: ActorCall, { rows, dryRun }: BookImportInput): BookImportResult {
  // A dry run is tried on a copy of the catalogue.
  const trial = dryRun ? { ...shop, rows: structuredClone(shop.rows) } : shop
  const known = shop.rows.books.length
  const outcomes = rows.map((row) => importRow(trial, row, actorColumns(actor.id)))
  const ids = (wanted: BookImportOutcome['outcome']) =>
    outcomes.flatMap((row) => (row.outcome === wanted && 'bookId' in row ? (row.bookId ?? []) : []))
  const count = (wanted: BookImportOutcome['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === wanted).length
  const [createdIds, updatedIds] = [ids('created'), ids('updated')]
  if (createdIds.length + updatedIds.length > 0)
    recordAudit(trial, actor.id, {
      action: 'books.import',
      subject: 'books',
      details: { createdIds, updatedIds, unchanged: count('unchanged'), invalid: count('invalid') },
    })
  const hasNewId = (row: BookImportOutcome) => 'bookId' in row && (row.bookId ?? 0) > known
  return { outcomes: outcomes.map((row) => (dryRun && hasNewId(row) ? { ...row, bookId: null } : row)) }
}

function importRow(
  shop: Shop,
  input: unknown,
  actor: { actorId: number | null; tokenId: number | null },
): BookImportOutcome {
  const { data: row, error } = BookImportRow.safeParse(input)
  if (row === undefined) return { outcome: 'invalid', issues: validationIssues(error) }
  const { title, author, priceCents, isbn } = row
  const book = findBookByIsbn(shop, isbn)
  if (book === undefined) return { outcome: 'created', bookId: addBook(shop, row, actor).id, isbn }
  const description = row.description === undefined ? book.description : row.description
  const { fields } = changedFields(book, { title, author, priceCents, isbn, description })
  if (fields.length === 0) return { outcome: 'unchanged', bookId: book.id, isbn }
  Object.assign(book, { title, author, priceCents, description, updatedAt: shop.now() })
  return { outcome: 'updated', bookId: book.id, isbn }
}
