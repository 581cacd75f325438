import {
  PrebookError,
  refusedLine,
  StockBatchLine,
  StockBatchOutcome,
  toValidationError,
  type StockAdjustInput,
  type StockBatchInput,
  type StockSetInput,
} from '@prebook/core'
import { findStockRequests, type Reader } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { fingerprint } from '../idempotency/fingerprint.ts'
import { idempotencyKeyOf } from '../idempotency/idempotency-key.ts'

/** A line, or why it is invalid. `derivedKey` follows from the batch's, unless there is none or the line has its own. */
export type Line = { line: StockBatchLine | PrebookError; derivedKey: string | null }

/** A batch's own key and a hash of all its lines. */
export type BatchRequest = { key: string; requestHash: string }

/** The lines of a batch; `request` is null without a key. */
export type Batch = { lines: Line[]; request: BatchRequest | null }

/** Validates the lines of a batch, each separately. */
export function readBatch(context: ActorContext, input: StockBatchInput): Batch {
  const key = idempotencyKeyOf(context, input)
  // No key of a request contains a space.
  const lines = input.lines.map((line, index) => readLine(line, key === null ? null : `${key} ${index + 1}`))
  const asRead = lines.map(({ line }, index) => (line instanceof PrebookError ? input.lines[index] : line))
  return { lines, request: key === null ? null : { key, requestHash: fingerprint(['stock.batch', asRead]) } }
}

function readLine(input: StockBatchInput['lines'][number], derivedKey: string | null): Line {
  const { data, error } = StockBatchLine.safeParse(input)
  if (data === undefined) return { line: toValidationError(error), derivedKey: null }
  return { line: data, derivedKey: data.idempotencyKey === undefined ? derivedKey : null }
}

/** What is stored under the key of the batch and those that follow from it. */
export type Stored = Awaited<ReturnType<typeof findStockRequests>>

/** @throws PrebookError `STOCK_IDEMPOTENCY_MISMATCH` when the key of the batch was used for other lines */
export async function findStored(
  { actor }: ActorContext,
  reader: Reader,
  slice: readonly Line[],
  request: BatchRequest | null,
): Promise<Stored> {
  if (request === null) return new Map()
  const keys = [request.key, ...slice.flatMap(({ derivedKey }) => derivedKey ?? [])]
  const stored = await findStockRequests(reader, { actor: actor.id, keys })
  const before = stored.get(request.key)
  if (before !== undefined && before.requestHash !== request.requestHash)
    throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
  return stored
}

/** What came of a line, if that is known already: it is invalid, or its outcome is stored. */
export function outcomeBefore({ line, derivedKey }: Line, stored: Stored): StockBatchOutcome | undefined {
  if (line instanceof PrebookError) return refusedLine(line)
  const before = derivedKey === null ? undefined : stored.get(derivedKey)
  return before === undefined ? undefined : StockBatchOutcome.parse(JSON.parse(before.answer))
}

/** A line as a change of its book alone. */
export function changeOf(
  { quantity, delta = 0, expectedQuantity, note }: StockBatchLine,
  bookId: number,
): StockSetInput | StockAdjustInput {
  return { bookId, expectedQuantity, note, ...(quantity === undefined ? { delta } : { quantity }) }
}

export function isbnsOf(slice: readonly Line[]): string[] {
  return slice.flatMap(({ line }) => (line instanceof PrebookError ? [] : (line.isbn ?? [])))
}

export function bookIdOf(line: Line['line'], books: Map<string, { id: number }>): number | undefined {
  if (line instanceof PrebookError) return undefined
  return line.isbn === undefined ? line.bookId : books.get(line.isbn)?.id
}
