import { createHash } from 'node:crypto'
import type { BatchInput, BatchLine } from './read-batch.ts'

/**
 * Gives each line an idempotency key, unless it has its own. It is the same on every run with the same key of the batch, even if
 * other lines were corrected meanwhile. It excludes the quantity: a line that was changed after it was applied is refused, not
 * applied again.
 */
export function withKeys(lines: readonly BatchLine[], batchKey: string): BatchLine[] {
  const occurrences = new Map<string, number>()
  return lines.map((line) => {
    if (line.input === null || line.input.idempotencyKey !== undefined) return line
    const book = referenceOf(line.input)
    const occurrence = (occurrences.get(book) ?? 0) + 1
    occurrences.set(book, occurrence)
    const idempotencyKey = createHash('sha256')
      .update(JSON.stringify([batchKey, book, occurrence]))
      .digest('base64url')
    return { ...line, input: { ...line.input, idempotencyKey } }
  })
}

function referenceOf({ bookId, isbn }: BatchInput): string {
  return isbn === undefined ? `#${bookId}` : isbn.replaceAll(/[\s-]/g, '').toUpperCase()
}
