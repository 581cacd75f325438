import { createHash } from 'node:crypto'
import type { BatchLine } from './read-batch.ts'

/**
 * Gives each line an idempotency key, unless it has its own. It follows from the key of the batch, the book, the change, and the
 * position among equal lines. So it is the same on every run, even if refused lines were corrected or removed meanwhile.
 */
export function withKeys(lines: readonly BatchLine[], batchKey: string): BatchLine[] {
  const occurrences = new Map<string, number>()
  return lines.map((line) => {
    if (line.input === null || line.input.idempotencyKey !== undefined) return line
    const { bookId, isbn, quantity, delta } = line.input
    const book = isbn === undefined ? bookId : normalIsbn(isbn)
    const change = JSON.stringify([batchKey, book, quantity ?? null, delta ?? null])
    const occurrence = (occurrences.get(change) ?? 0) + 1
    occurrences.set(change, occurrence)
    const idempotencyKey = createHash('sha256').update(`${occurrence} ${change}`).digest('base64url')
    return { ...line, input: { ...line.input, idempotencyKey } }
  })
}

/** The server checks it. JSON can have anything in its place. */
function normalIsbn(isbn: unknown): string {
  return String(isbn).replaceAll(/[\s-]/g, '').toUpperCase()
}
