import {
  BookImportRow,
  PrebookError,
  searchText,
  validationIssues,
  type BookImportInput,
  type BookImportOutcome,
  type BookImportResult,
} from '@prebook/core'
import {
  findBooksByIsbn,
  insertBooks,
  insertMovements,
  recordAudit,
  updateBook,
  type BookRow,
  type Tx,
} from '@prebook/db'
import type { z } from 'zod'
import type { ActorContext } from '../context.ts'
import { firstMovement } from './create-book.ts'

/**
 * Adds or updates books, row by row in one transaction. An invalid row is reported and skipped; the others are imported.
 */
export async function importBooks(context: ActorContext, input: BookImportInput): Promise<BookImportResult> {
  const rows = input.rows.map((row) => BookImportRow.safeParse(row))
  const importAll = async (tx: Tx) => {
    const outcomes = await importRows(context, tx, rows)
    if (input.dryRun) throw new DryRun(outcomes)
    await recordImport(context, tx, outcomes)
    return context.keep(tx, { outcomes })
  }
  try {
    return await context.services.store.write(importAll)
  } catch (error) {
    // The transaction ran to its end and was rolled back, so its outcomes are what an import would return.
    if (error instanceof DryRun) return { outcomes: withoutNewIds(error.outcomes) }
    throw error
  }
}

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
  rows: z.ZodSafeParseResult<BookImportRow>[],
): Promise<BookImportOutcome[]> {
  const isbns = new Set(rows.flatMap((row) => row.data?.isbn ?? []))
  const known = await findBooksByIsbn(tx, [...isbns])
  const plans = new Map<string, Plan>()
  const decided = rows.map((row) => (row.success ? plan(plans, known, row.data) : null))
  const ids = await write(context, tx, [...plans.values()])
  return rows.map((row, index) => {
    if (!row.success) return { outcome: 'invalid', issues: validationIssues(row.error) }
    const { isbn } = row.data
    return { outcome: decided[index] ?? 'unchanged', bookId: ids.get(isbn) ?? null, isbn }
  })
}

/** Adds a row to the plans, and returns its outcome. */
function plan(
  plans: Map<string, Plan>,
  known: Map<string, BookRow>,
  row: BookImportRow,
): 'created' | 'updated' | 'unchanged' {
  const knownBook = known.get(row.isbn) ?? null
  const before = plans.get(row.isbn) ?? { book: knownBook, known: knownBook, row, changed: false }
  const book = {
    title: row.title,
    author: row.author,
    price_cents: row.priceCents,
    // A row without a description keeps the book's; null removes it.
    description: row.description === undefined ? (before.book?.description ?? null) : row.description,
  }
  const changed = before.book === null || differs(before.book, book)
  plans.set(row.isbn, { ...before, book, changed: before.changed || changed })
  if (before.book === null) return 'created'
  return changed ? 'updated' : 'unchanged'
}

function differs(before: Pick<BookRow, ComparedField>, after: Pick<BookRow, ComparedField>): boolean {
  return (
    before.title !== after.title ||
    before.author !== after.author ||
    before.price_cents !== after.price_cents ||
    before.description !== after.description
  )
}

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
  for (const each of plans) {
    if (each.known === null) continue
    ids.set(each.row.isbn, each.known.id)
    if (each.changed) await updateBook(tx, each.known.id, fields(each))
  }
  const added = plans.filter(({ known }) => known === null)
  if (added.length > 0) await services.currency.claim(tx)
  // Stock comes from the first row of a new book.
  const stockOf = ({ row }: Plan) => row.stockQuantity
  const inserted = await insertBooks(
    tx,
    added.map((each) => ({ ...fields(each), stock_quantity: stockOf(each), created_at: now })),
  )
  if (inserted.length < added.length) throw new PrebookError('BOOK_ISBN_CONFLICT', { field: 'isbn' })
  for (const { id, isbn } of inserted) if (isbn !== null) ids.set(isbn, id)
  const movements = added.flatMap((each) => {
    const [bookId, quantity] = [ids.get(each.row.isbn), stockOf(each)]
    if (bookId === undefined || quantity === 0) return []
    return [firstMovement({ bookId, quantity, actor: actor.id, now })]
  })
  await insertMovements(tx, movements)
  return ids
}
