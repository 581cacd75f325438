import {
  cappedCount,
  correctableWords,
  correctSearch,
  parseIsbn,
  parseSearch,
  precisionOf,
  PrebookError,
  readSearchCursorText,
  searchCursorText,
  searchRank,
  searchRanks,
  searchText,
  type AuditDetails,
  type Book,
  type BookCreateInput,
  type BookGetInput,
  type BookListInput,
  type BookPage,
  type BookUpdateInput,
  type BookWaitlist,
  type BookWaitlistInput,
  type SearchQuery,
} from '@prebook/core'
import { sessionOf, type ActorCall, type Call } from './callers.ts'
import { decoded, page, readCursor } from './cursors.ts'
import { withQueuePosition } from './prebooks.ts'
import type { BookRow } from './rows.ts'
import {
  dateToShow,
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

export function presentBook(shop: Shop, { withdrawnAt, createdAt, updatedAt, ...book }: BookRow): Book {
  const expectedOn = dateToShow(shop, book.expectedOn)
  return {
    ...book,
    currency: shop.currency,
    inStock: book.stockQuantity > 0,
    withdrawnAt: isoTimeOrNull(withdrawnAt),
    expectedOn,
    expectedPrecision: precisionOf(expectedOn),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  }
}

export async function listBooks(call: Call, input: BookListInput): Promise<BookPage> {
  const { query = '', inStock, cursor, limit } = input
  const { shop } = call
  const fits = (book: BookRow) => inStock === undefined || inStock === book.stockQuantity > 0
  if (query === '') {
    const afterId = readCursor('books', cursor)
    const after = afterId === null ? undefined : findBook(shop, afterId)
    const books = shop.rows.books.filter(fits).toSorted(byTitle)
    const rows = books.filter((book) => afterId === null || (after !== undefined && byTitle(book, after) > 0))
    return {
      ...page(
        'books',
        rows,
        limit,
        (row) => presentBook(shop, row),
        ({ id }) => id,
      ),
      showingResultsFor: null,
    }
  }
  const isbn = parseIsbn(query)
  const withIsbn = isbn === null ? undefined : findBookByIsbn(shop, isbn)
  if (withIsbn === undefined) return searchBooks(call, input, query)
  // It fits on the first page.
  const items = fits(withIsbn) && cursor == null ? [presentBook(shop, withIsbn)] : []
  return { items, nextCursor: null, showingResultsFor: null }
}

async function searchBooks(
  { shop }: Call,
  { inStock, cursor, limit }: BookListInput,
  text: string,
): Promise<BookPage> {
  const after = cursor == null ? null : readSearchCursorText(decoded(cursor), { query: text, inStock })
  const typed = parseSearch(text)
  const isFound = typed !== null && resultsOf(shop, typed).length > 0
  const corrected =
    typed === null || (isFound && after?.isCorrected !== true) ? null : await correct(shop, typed)
  const query = corrected === null ? typed : parseSearch(corrected)
  const found = (query === null ? [] : resultsOf(shop, query)).filter(
    ({ book }) => inStock === undefined || inStock === book.stockQuantity > 0,
  )
  const last = after === null ? undefined : found.findIndex(({ book }) => book.id === after.id)
  const rows = last === undefined ? found : found.slice(last + 1)
  const shown = rows.slice(0, limit)
  const end = shown.at(-1)
  return {
    items: shown.map(({ book }) => presentBook(shop, book)),
    nextCursor:
      end !== undefined && rows.length > limit
        ? btoa(
            searchCursorText(
              { ...end, id: end.book.id, isCorrected: corrected !== null },
              { query: text, inStock },
            ),
          )
        : null,
    showingResultsFor: corrected === null ? null : (query?.text ?? null),
  }
}

/** The books that a search finds, in their order. */
function resultsOf(shop: Shop, query: SearchQuery) {
  const found = shop.rows.books.flatMap((book) => {
    const rank = searchRank(searchText(book), query)
    const isWanted = book.stockQuantity > 0 || findOpenWaitlist(shop, book.id) !== undefined
    return rank === null ? [] : [{ book, rank, isWanted }]
  })
  return found.toSorted(
    (a, b) =>
      searchRanks.indexOf(a.rank) - searchRanks.indexOf(b.rank) ||
      Number(b.isWanted) - Number(a.isWanted) ||
      (a.rank === 'title' || a.rank === 'titleStart' ? byTitle(a.book, b.book) : b.book.id - a.book.id),
  )
}

async function correct(shop: Shop, query: SearchQuery): Promise<string | null> {
  const known = new Set(correctableWords(shop.rows.books.map(searchText)))
  return correctSearch(query, {
    find: async (search, limit) =>
      resultsOf(shop, search)
        .slice(0, limit)
        .map(({ book }) => searchText(book)),
    knownWords: async (words) => words.filter((word) => known.has(word)),
  })
}

function byTitle(a: BookRow, b: BookRow): number {
  const [one, other] = [searchText(a), searchText(b)]
  return one === other ? a.id - b.id : one < other ? -1 : 1
}

export function getBook({ shop }: Call, input: BookGetInput): Book {
  const book = input.isbn === undefined ? findBook(shop, input.bookId) : findBookByIsbn(shop, input.isbn)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND')
  return presentBook(shop, book)
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
  const fields = { title, author, priceCents, isbn, description, stockQuantity }
  const book = add<BookRow>(shop.rows.books, {
    ...fields,
    withdrawnAt: null,
    successorId: null,
    expectedOn: null,
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
  return presentBook(shop, book)
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
  return presentBook(shop, book)
}

type Details = Pick<BookRow, 'title' | 'author' | 'isbn' | 'description' | 'priceCents'>

export function changedFields(before: Details, after: Details): AuditDetails<'books.update'> {
  const texts = ['title', 'author', 'isbn', 'description'] as const
  const fields = texts.filter((field) => before[field] !== after[field])
  if (before.priceCents === after.priceCents) return { fields }
  return {
    fields: [...fields, 'price'],
    oldPriceCents: before.priceCents,
    newPriceCents: after.priceCents,
  }
}
