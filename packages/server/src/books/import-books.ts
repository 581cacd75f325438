import {
  BookImportRow,
  isCompleteImportRow,
  issuesOfNewBook,
  PrebookError,
  searchText,
  validationIssues,
  type BookImportInput,
  type BookImportOutcome,
  type BookImportResult,
  type ValidationIssue,
} from '@prebook/core'
import {
  createYielder,
  findBooksByIsbn,
  insertBooks,
  insertMovements,
  recordAudit,
  updateBook,
  type BookRow,
  type ChangeEvent,
  type Tx,
} from '@prebook/db'
import type { z } from 'zod'
import type { ActorContext } from '../context.ts'
import { firstMovement } from './create-book.ts'
import { booksOf, changeLives, concernsLife, planLives } from './import-lives.ts'

/** How often an import starts again because the books that it must lock changed meanwhile. */
const MAX_ATTEMPTS = 5

/**
 * Adds or updates books, row by row in one transaction. An invalid row is reported and skipped; the others are imported.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT` when another request adds one of the books at the same time; `STORE_BUSY` when the books
 *   keep changing
 */
export async function importBooks(context: ActorContext, input: BookImportInput): Promise<BookImportResult> {
  const rows = input.rows.map((row) => BookImportRow.safeParse(row))
  for (let attempt = 1; ; attempt += 1) {
    const locked = await booksToLock(context, rows)
    try {
      return await importLocked(context, rows, { locked, dryRun: input.dryRun })
    } catch (error) {
      // The transaction ran to its end and was rolled back, so its outcomes are what an import would return.
      if (error instanceof DryRun) return { outcomes: withoutNewIds(error.outcomes) }
      if (!(error instanceof OtherLocks)) throw error
      if (attempt === MAX_ATTEMPTS) throw new PrebookError('STORE_BUSY', { cause: error })
    }
  }
}

type ParsedRow = z.ZodSafeParseResult<BookImportRow>

/** The books whose lives the rows change. Without any, nothing is locked. */
async function booksToLock({ services }: ActorContext, rows: ParsedRow[]): Promise<number[]> {
  if (!rows.some(({ data }) => data !== undefined && concernsLife(data))) return []
  const known = await services.store.read((reader) => findBooksByIsbn(reader, isbnsOf(rows)))
  return booksOf(planLives(validRows(rows), known, services.today()), known)
}

function validRows(rows: ParsedRow[]): Map<number, BookImportRow> {
  return new Map(rows.flatMap(({ data }, index) => (data === undefined ? [] : [[index, data]])))
}

function isbnsOf(rows: ParsedRow[]): string[] {
  return [...new Set(rows.flatMap(({ data }) => [data?.isbn ?? [], data?.successor ?? []].flat()))]
}

async function importLocked(
  context: ActorContext,
  rows: ParsedRow[],
  { locked, dryRun }: { locked: number[]; dryRun: boolean },
): Promise<BookImportResult> {
  const { store } = context.services
  const importAll = async (tx: Tx) => {
    const { outcomes, events } = await importRows(context, tx, rows, locked)
    if (dryRun) throw new DryRun(outcomes)
    await recordImport(context, tx, outcomes)
    return { result: await context.keep(tx, { outcomes }), events }
  }
  const eventsOf = ({ events }: { events: ChangeEvent[] }) => events
  const { result } =
    locked.length === 0
      ? await store.write(importAll, eventsOf)
      : await store.writeOnBooks(locked, 'exclusive', importAll, eventsOf)
  return result
}

/** Another book must be locked than before, because the books changed between. */
class OtherLocks extends Error {}

class DryRun extends Error {
  readonly outcomes: BookImportOutcome[]

  constructor(outcomes: BookImportOutcome[]) {
    super('The dry run was rolled back.')
    this.outcomes = outcomes
  }
}

/** Removes the ids of books that only the dry run created. */
function withoutNewIds(outcomes: BookImportOutcome[]): BookImportOutcome[] {
  const newIds = new Set(
    outcomes.flatMap((row) => (row.outcome === 'created' && row.bookId !== null ? [row.bookId] : [])),
  )
  return outcomes.map((row) =>
    row.outcome !== 'invalid' && row.bookId !== null && newIds.has(row.bookId)
      ? { ...row, bookId: null }
      : row,
  )
}

/** One audit entry for all rows, unless none of them changed anything. */
async function recordImport(
  { services, actor }: ActorContext,
  tx: Tx,
  outcomes: BookImportOutcome[],
): Promise<void> {
  const idsOf = (outcome: 'created' | 'updated') =>
    outcomes.flatMap((row) => (row.outcome === outcome && row.bookId !== null ? [row.bookId] : []))
  const count = (outcome: 'unchanged' | 'invalid') => outcomes.filter((row) => row.outcome === outcome).length
  const [createdIds, updatedIds] = [idsOf('created'), idsOf('updated')]
  if (createdIds.length + updatedIds.length === 0) return
  await recordAudit(tx, {
    at: services.now(),
    actor: actor.id,
    action: 'books.import',
    subject: 'books',
    details: { createdIds, updatedIds, unchanged: count('unchanged'), invalid: count('invalid') },
  })
}

/** What an import makes of a book: a new one, or new fields of a known one. */
type Plan = {
  book: Pick<BookRow, ComparedField>
  known: BookRow | null
  row: BookImportRow
  changed: boolean
}

type ComparedField = 'title' | 'author' | 'price_cents' | 'description'

/**
 * Decides on all rows in their order, then writes the result with a few statements. A later row may change what an earlier one
 * made of the same book.
 *
 * @throws PrebookError `BOOK_ISBN_CONFLICT` when another request adds one of the books at the same time
 */
async function importRows(
  context: ActorContext,
  tx: Tx,
  rows: ParsedRow[],
  locked: readonly number[],
): Promise<{ outcomes: BookImportOutcome[]; events: ChangeEvent[] }> {
  const known = await findBooksByIsbn(tx, isbnsOf(rows))
  const { valid, livesPlan, refused } = planRows(validRows(rows), known, context.services.today())
  if (booksOf(livesPlan, known).some((id) => !locked.includes(id))) throw new OtherLocks()
  const plans = new Map<string, Plan>()
  const decided = new Map([...valid].map(([index, row]) => [index, plan(plans, known, row)]))
  const ids = await write(context, tx, [...plans.values()])
  for (const [isbn, { id }] of known) ids.set(isbn, id)
  const lives = await changeLives(context, tx, livesPlan, ids)
  const outcomes = rows.map(({ data, error }, index): BookImportOutcome => {
    const issues = error === undefined ? refused.get(index) : validationIssues(error)
    if (data === undefined || issues !== undefined) return { outcome: 'invalid', issues: issues ?? [] }
    const { isbn, stockQuantity } = data
    const stock = known.get(isbn)?.stock_quantity ?? plans.get(isbn)?.row.stockQuantity ?? 0
    const stockKept = stockQuantity !== undefined && stock !== stockQuantity
    const life = lives.outcomes.get(index) ?? { cancelled: null, announcedTo: null, reinstated: false }
    const outcome = decided.get(index) ?? 'unchanged'
    const isUpdate = outcome === 'unchanged' && lives.outcomes.has(index)
    return {
      outcome: isUpdate ? 'updated' : outcome,
      bookId: ids.get(isbn) ?? null,
      isbn,
      ...life,
      stockKept,
    }
  })
  return { outcomes, events: lives.events }
}

/** Leaves out the rows that cannot be imported: those that say something impossible, and new books that lack something. */
function planRows(rows: Map<number, BookImportRow>, known: Map<string, BookRow>, today: string) {
  const incomplete = new Map<number, ValidationIssue[]>()
  for (;;) {
    const livesPlan = planLives(rows, known, today)
    const valid = new Map([...rows].filter(([index]) => !livesPlan.issues.has(index)))
    const found = incompleteRows(valid, known)
    if (found.size === 0) return { valid, livesPlan, refused: new Map([...livesPlan.issues, ...incomplete]) }
    // Another row may have named one of these books as its successor.
    for (const [index, issues] of found) {
      incomplete.set(index, issues)
      rows.delete(index)
    }
  }
}

/** The rows of books that neither exist nor are added by an earlier row, and lack something that a new book needs. */
function incompleteRows(
  rows: Map<number, BookImportRow>,
  known: Map<string, BookRow>,
): Map<number, ValidationIssue[]> {
  const added = new Set<string>()
  const found = new Map<number, ValidationIssue[]>()
  for (const [index, row] of rows) {
    if (known.has(row.isbn) || added.has(row.isbn)) continue
    if (isCompleteImportRow(row)) added.add(row.isbn)
    else found.set(index, issuesOfNewBook(row))
  }
  return found
}

/** Adds a row to the plans, and returns its outcome. */
function plan(
  plans: Map<string, Plan>,
  known: Map<string, BookRow>,
  row: BookImportRow,
): 'created' | 'updated' | 'unchanged' {
  const knownBook = known.get(row.isbn) ?? null
  const before = plans.get(row.isbn) ?? { book: knownBook, known: knownBook, row, changed: false }
  const book = bookAfter(row, before.book)
  const changed = before.book === null || differs(before.book, book)
  plans.set(row.isbn, { ...before, book, changed: before.changed || changed })
  if (before.book === null) return 'created'
  return changed ? 'updated' : 'unchanged'
}

/** What a row makes of a book, or the new book. What a row leaves out, the book keeps; a null description is removed. */
function bookAfter(row: BookImportRow, before: Plan['book'] | null): Plan['book'] {
  const { title, author, priceCents, description } = row
  if (before === null) {
    if (!isCompleteImportRow(row)) throw new Error('A new book was planned without all its fields.')
    return {
      title: row.title,
      author: row.author,
      price_cents: row.priceCents,
      description: description ?? null,
    }
  }
  return {
    title: title ?? before.title,
    author: author ?? before.author,
    price_cents: priceCents ?? before.price_cents,
    description: description === undefined ? before.description : description,
  }
}

function differs(before: Pick<BookRow, ComparedField>, after: Pick<BookRow, ComparedField>): boolean {
  return (
    before.title !== after.title ||
    before.author !== after.author ||
    before.price_cents !== after.price_cents ||
    before.description !== after.description
  )
}

/** New books that are written before the event loop serves others: one statement, three milliseconds on SQLite. */
const PORTION = 64

/** Writes the planned books. Resolves to the id of each, by ISBN. */
async function write({ services, actor }: ActorContext, tx: Tx, plans: Plan[]): Promise<Map<string, number>> {
  const now = services.now()
  const fields = ({ book, row: { isbn } }: Plan) => ({
    ...book,
    isbn,
    search_text: searchText({ ...book, isbn }),
    updated_at: now,
  })
  const ids = new Map<string, number>()
  // On SQLite every statement blocks the event loop. Other writes wait for this one either way.
  const yieldIfDue = createYielder()
  for (const each of plans) {
    if (each.known === null) continue
    ids.set(each.row.isbn, each.known.id)
    if (each.changed) await updateBook(tx, each.known.id, fields(each))
    await yieldIfDue()
  }
  const added = plans.filter(({ known }) => known === null)
  if (added.length > 0) await services.currency.claim(tx)
  // Stock comes from the first row of a new book.
  const stockOf = ({ row }: Plan) => row.stockQuantity ?? 0
  for (let at = 0; at < added.length; at += PORTION) {
    const some = added.slice(at, at + PORTION)
    const inserted = await insertBooks(
      tx,
      some.map((each) => ({ ...fields(each), stock_quantity: stockOf(each), created_at: now })),
    )
    if (inserted.length < some.length) throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn' })
    for (const { id, isbn } of inserted) if (isbn !== null) ids.set(isbn, id)
    await yieldIfDue()
  }
  const movements = added.flatMap((each) => {
    const [bookId, quantity] = [ids.get(each.row.isbn), stockOf(each)]
    if (bookId === undefined || quantity === 0) return []
    return [firstMovement({ bookId, quantity, actor: actor.id, now })]
  })
  await insertMovements(tx, movements)
  return ids
}
