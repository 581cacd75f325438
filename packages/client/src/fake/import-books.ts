import {
  BookImportRow,
  expectedDateProblem,
  isCompleteImportRow,
  issuesOfNewBook,
  validationIssues,
  type BookImportInput,
  type BookImportOutcome,
  type BookImportResult,
  type ValidationIssue,
} from '@prebook/core'
import { addBook, changedFields } from './books.ts'
import type { ActorCall } from './callers.ts'
import { expectBook } from './expected-dates.ts'
import { actorColumns, copyOf, findBookByIsbn, recordAudit, type Shop } from './shop.ts'
import { reinstate, withdraw } from './withdrawals.ts'

export function importBooks(call: ActorCall, { rows, dryRun }: BookImportInput): BookImportResult {
  const { shop, actor } = call
  const trial = dryRun ? copyOf(shop) : shop
  const known = shop.rows.books.length
  const outcomes = importRows({ ...call, shop: trial }, rows)
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

function importRows(call: ActorCall, inputs: unknown[]): BookImportOutcome[] {
  const rows = inputs.map((input) => BookImportRow.safeParse(input))
  const good = importable(
    call.shop,
    rows.flatMap(({ data }) => data ?? []),
  )
  const checked = rows.map(({ data, error }) => {
    if (data === undefined) return validationIssues(error)
    return good.includes(data) ? lifeIssues(call.shop, data, good) : issuesOfNewBook(data)
  })
  const outcomes = rows.map(({ data }, index): BookImportOutcome => {
    const issues = checked[index] ?? []
    if (data === undefined || issues.length > 0) return { outcome: 'invalid', issues }
    return importRow(call, data)
  })
  return outcomes.map((outcome, index) => {
    const row = rows[index]?.data
    if (outcome.outcome === 'invalid' || row === undefined) return outcome
    const life = changeLife(call, row)
    const changed = life.cancelled !== null || life.announcedTo !== null || life.reinstated
    return {
      ...outcome,
      ...life,
      outcome: changed && outcome.outcome === 'unchanged' ? 'updated' : outcome.outcome,
    }
  })
}

/** The rows of books that exist or are added by an earlier row, and those with everything that a new book needs. */
function importable(shop: Shop, rows: BookImportRow[]): BookImportRow[] {
  const added = new Set<string>()
  return rows.filter((row) => {
    if (isCompleteImportRow(row)) added.add(row.isbn)
    return added.has(row.isbn) || findBookByIsbn(shop, row.isbn) !== undefined
  })
}

function importRow({ shop, actor }: ActorCall, row: BookImportRow): BookImportOutcome {
  const { isbn, stockQuantity } = row
  const life = { cancelled: null, announcedTo: null, reinstated: false, stockKept: false }
  const book = findBookByIsbn(shop, isbn)
  if (book === undefined) {
    // The row that adds the book was refused.
    if (!isCompleteImportRow(row)) return { outcome: 'invalid', issues: issuesOfNewBook(row) }
    const { id } = addBook(shop, { ...row, stockQuantity: stockQuantity ?? 0 }, actorColumns(actor.id))
    return { outcome: 'created', bookId: id, isbn, ...life }
  }
  const { title = book.title, author = book.author, priceCents = book.priceCents } = row
  const description = row.description === undefined ? book.description : row.description
  const stockKept = stockQuantity !== undefined && stockQuantity !== book.stockQuantity
  const { fields } = changedFields(book, { title, author, priceCents, isbn, description })
  if (fields.length === 0) return { outcome: 'unchanged', bookId: book.id, isbn, ...life, stockKept }
  Object.assign(book, { title, author, priceCents, description, updatedAt: shop.now() })
  return { outcome: 'updated', bookId: book.id, isbn, ...life, stockKept }
}

/** Whether a book is withdrawn after a row. */
function staysWithdrawn(
  shop: Shop,
  { isbn, availability }: Pick<BookImportRow, 'isbn' | 'availability'>,
): boolean {
  if (availability?.meaning === 'withdrawn') return true
  return availability?.reinstates !== true && (findBookByIsbn(shop, isbn)?.withdrawnAt ?? null) !== null
}

/** What is wrong with the date of a row; null if nothing is. */
function dateProblem(shop: Shop, row: BookImportRow): string | null {
  const { isbn, expected } = row
  const isNewDate = expected != null && expected !== findBookByIsbn(shop, isbn)?.expectedOn
  return isNewDate && !staysWithdrawn(shop, row) ? expectedDateProblem(expected, shop.today()) : null
}

function lifeIssues(shop: Shop, row: BookImportRow, rows: BookImportRow[]): ValidationIssue[] {
  const { isbn, successor } = row
  const issues: ValidationIssue[] = []
  const date = dateProblem(shop, row)
  if (date !== null) issues.push({ path: 'expected', message: date })
  if (successor === undefined) return issues
  const replacing = rows.findLast((other) => other.isbn === successor && dateProblem(shop, other) === null)
  const add = (message: string) => issues.push({ path: 'successor', message })
  if (successor === isbn) add('A title cannot replace itself. Name another one.')
  else if (replacing === undefined && findBookByIsbn(shop, successor) === undefined)
    add('No book of the catalogue or of this request has this ISBN. Add it first.')
  else if (staysWithdrawn(shop, { isbn: successor, availability: replacing?.availability }))
    add('That title is withdrawn itself. Name another one, or none.')
  return issues
}

function changeLife(call: ActorCall, row: BookImportRow) {
  const { isbn, availability, expected, successor } = row
  const outcome = { cancelled: null as number | null, announcedTo: null as number | null, reinstated: false }
  const book = findBookByIsbn(call.shop, isbn)
  if (book === undefined) return outcome
  const bookId = book.id
  if (availability?.reinstates === true && book.withdrawnAt !== null) {
    reinstate(call, { bookId })
    outcome.reinstated = true
  }
  if (availability?.meaning === 'withdrawn') {
    const before = { withdrawnAt: book.withdrawnAt, successorId: book.successorId }
    const successorId = successor === undefined ? undefined : findBookByIsbn(call.shop, successor)?.id
    const { waitlistClosed } = withdraw(call, { bookId, successorId })
    if (before.withdrawnAt === null || before.successorId !== book.successorId)
      outcome.cancelled = waitlistClosed?.cancelled ?? 0
  }
  const said = expected === undefined && availability?.meaning === 'postponed' ? null : expected
  if (said !== undefined && book.withdrawnAt === null && said !== book.expectedOn)
    outcome.announcedTo = expectBook(call, { bookId, expectedOn: said }).announcement?.waiting ?? 0
  return outcome
}
