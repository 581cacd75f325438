import {
  BookImportRow,
  searchText,
  type BookImportInput,
  type BookImportOutcome,
  type BookImportResult,
} from '@prebook/core'
import { findBookByIsbn, recordAudit, updateBook, type BookRow, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { validationIssues } from '../validation-issues.ts'
import { addBook } from './create-book.ts'

/**
 * Adds or updates books, row by row in one transaction. An invalid row is reported and skipped; the others are imported.
 */
export async function importBooks(
  context: SignedInContext,
  input: BookImportInput,
): Promise<BookImportResult> {
  const rows = input.rows.map((row) => BookImportRow.safeParse(row))
  const importAll = async (tx: Tx) => {
    const outcomes: BookImportOutcome[] = []
    for (const row of rows) {
      outcomes.push(
        row.success
          ? await importRow(context, tx, row.data)
          : { outcome: 'invalid', issues: validationIssues(row.error) },
      )
    }
    if (input.dryRun) throw new DryRun(outcomes)
    await recordImport(context, tx, outcomes)
    return outcomes
  }
  try {
    return { outcomes: await context.services.store.write(importAll) }
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
  { services, user }: SignedInContext,
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
    actorId: user.id,
    action: 'books.import',
    subject: 'books',
    details: { createdIds, updatedIds, unchanged: count('unchanged'), invalid: count('invalid') },
  })
}

async function importRow(context: SignedInContext, tx: Tx, row: BookImportRow): Promise<BookImportOutcome> {
  const { isbn } = row
  const known = await findBookByIsbn(tx, isbn)
  if (known === undefined) {
    const { id } = await addBook(context, tx, row)
    return { outcome: 'created', bookId: id, isbn }
  }
  if (!differs(known, row)) return { outcome: 'unchanged', bookId: known.id, isbn }
  await updateBook(tx, known.id, {
    title: row.title,
    author: row.author,
    isbn,
    price_cents: row.priceCents,
    description: descriptionAfter(known, row),
    search_text: searchText(row),
    updated_at: context.services.now(),
  })
  return { outcome: 'updated', bookId: known.id, isbn }
}

function differs(known: BookRow, row: BookImportRow): boolean {
  return (
    known.title !== row.title ||
    known.author !== row.author ||
    known.price_cents !== row.priceCents ||
    known.description !== descriptionAfter(known, row)
  )
}

/** A row without a description keeps the book's; null removes it. */
function descriptionAfter(known: BookRow, row: BookImportRow): string | null {
  return row.description === undefined ? known.description : row.description
}
