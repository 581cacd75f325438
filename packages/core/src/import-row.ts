import type { ValidationIssue } from './errors.ts'
import type { BookImportRow } from './schemas/books.ts'

/** A row of an import with everything that a new book needs. */
export type CompleteImportRow = BookImportRow & { title: string; author: string; priceCents: number }

/** Whether a row has everything that a new book needs. */
export function isCompleteImportRow(row: BookImportRow): row is CompleteImportRow {
  return issuesOfNewBook(row).length === 0
}

/** What a row lacks to add a new book. A book that exists keeps what its row leaves out. */
export function issuesOfNewBook(row: BookImportRow): ValidationIssue[] {
  const missing = (['title', 'author', 'priceCents'] as const).filter((field) => row[field] === undefined)
  return missing.map((path) => ({ path, message: 'Required, because this is a new book.' }))
}
