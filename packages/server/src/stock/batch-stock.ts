import {
  changedLine,
  hasReason,
  PrebookError,
  refusedLine,
  type StockBatchInput,
  type StockBatchOutcome,
  type StockBatchResult,
} from '@prebook/core'
import { findBooksByIsbn, insertStockRequest, UniqueViolation, type Tx } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import {
  bookIdOf,
  changeOf,
  findStored,
  isbnsOf,
  outcomeBefore,
  readBatch,
  type BatchRequest,
  type Line,
  type Stored,
} from './batch-lines.ts'
import { changeOnce, eventFor, type ChangedOnce } from './change-stock.ts'
import { previewBatch } from './preview-batch.ts'

/**
 * Lines in one transaction, whose books are locked until its end. On SQLite, all other writes wait for it: for a few
 * milliseconds.
 */
const SLICE = 25

/** Attempts at a slice. Each one fails because another request has committed something about the same lines. */
const MAX_ATTEMPTS = 10

/** What came of a line. `change` is null if it was refused, or its outcome was stored with the batch's key. */
type Done = { outcome: StockBatchOutcome; change: ChangedOnce | null; replayed: boolean }

/**
 * Changes the stock of many books, line by line in their order. A refused line does not hold up the others. Lines are committed
 * in slices, so each line is applied with its restock or not at all, but the batch as a whole is not one transaction: with a key,
 * sending it again after a failure applies the rest. A dry run changes nothing.
 *
 * @throws PrebookError `STOCK_IDEMPOTENCY_MISMATCH` when the key of the batch was used for other lines; `STORE_BUSY` before
 *   anything was applied
 */
export async function batchStock(context: ActorContext, input: StockBatchInput): Promise<StockBatchResult> {
  const batch = readBatch(context, input)
  if (input.dryRun) return { outcomes: await previewBatch(context, batch) }
  const { lines, request } = batch
  const done: Done[] = []
  while (done.length < lines.length) {
    const slice = lines.slice(done.length, done.length + SLICE)
    try {
      done.push(...(await applySlice(context, slice, request)))
    } catch (error) {
      // The caller must learn what was applied. The rest is not, so that a repetition applies it in the same order.
      if (done.length === 0 || !hasReason(error, 'STORE_BUSY')) throw error
      const rest = lines.slice(done.length)
      done.push(...rest.map(() => ({ outcome: refusedLine(error), change: null, replayed: false })))
    }
  }
  if (isReplay(lines, done)) context.request.setReplayed()
  return { outcomes: done.map(({ outcome }) => outcome) }
}

/** Whether nothing was decided now: invalid lines are refused again each time. */
function isReplay(lines: readonly Line[], done: readonly Done[]): boolean {
  const decided = done.filter((_, index) => !(lines[index]?.line instanceof PrebookError))
  return decided.length > 0 && decided.every(({ replayed }) => replayed)
}

/** Applies some lines in one transaction. Repeats it when another request has used a key, or given a book's ISBN to another. */
async function applySlice(
  context: ActorContext,
  slice: readonly Line[],
  request: BatchRequest | null,
): Promise<Done[]> {
  const { store } = context.services
  for (let attempts = 1; ; attempts += 1) {
    const stored = await store.read((reader) => findStored(context, reader, slice, request))
    const replay = slice.flatMap((line) => doneBefore(line, stored) ?? [])
    if (replay.length === slice.length) return replay
    const books = await store.read((reader) => findBooksByIsbn(reader, isbnsOf(slice)))
    const locked = new Set(slice.flatMap(({ line }) => bookIdOf(line, books) ?? []))
    try {
      return await store.writeOnBooks(
        [...locked],
        'exclusive',
        (tx) => applyLines(context, tx, { slice, locked, request }),
        (done) => done.flatMap(({ change }) => (change === null ? [] : (eventFor(change) ?? []))),
      )
    } catch (error) {
      if (!(error instanceof UniqueViolation) && !(error instanceof BookMoved)) throw error
      if (attempts === MAX_ATTEMPTS)
        throw new PrebookError('STORE_BUSY', { retryAfterSeconds: 1, cause: error })
    }
  }
}

/** The book of an ISBN is another one than when the locks were chosen. */
class BookMoved extends Error {}

function doneBefore(line: Line, stored: Stored): Done | undefined {
  const outcome = outcomeBefore(line, stored)
  if (outcome === undefined) return undefined
  return { outcome, change: null, replayed: !(line.line instanceof PrebookError) }
}

async function applyLines(
  context: ActorContext,
  tx: Tx,
  {
    slice,
    locked,
    request,
  }: { slice: readonly Line[]; locked: ReadonlySet<number>; request: BatchRequest | null },
): Promise<Done[]> {
  const stored = await findStored(context, tx, slice, request)
  const books = await findBooksByIsbn(tx, isbnsOf(slice))
  const store = async (key: string, answer: object) => {
    const { services, actor } = context
    if (request === null) return
    const { requestHash } = request
    const row = { actor: actor.id, key, requestHash, answer: JSON.stringify(answer) }
    await insertStockRequest(tx, row, services.now())
  }
  if (request !== null && !stored.has(request.key)) await store(request.key, {})
  const done: Done[] = []
  for (const each of slice) {
    const known = doneBefore(each, stored)
    const bookId = bookIdOf(each.line, books)
    if (known === undefined && bookId !== undefined && !locked.has(bookId)) throw new BookMoved()
    const decided = known ?? (await decide(context, tx, each.line, bookId))
    // Refusals too: repeated later, the line could be possible, and would no longer be applied in its order.
    if (known === undefined && each.derivedKey !== null) await store(each.derivedKey, decided.outcome)
    done.push(decided)
  }
  return done
}

/** Applies a line under its own key, if it has one. */
async function decide(
  context: ActorContext,
  tx: Tx,
  line: Line['line'],
  bookId: number | undefined,
): Promise<Done> {
  try {
    if (line instanceof PrebookError) throw line
    if (bookId === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'isbn' })
    const change = await changeOnce(context, tx, changeOf(line, bookId), line.idempotencyKey ?? null)
    return { outcome: changedLine(change.change), change, replayed: change.replayed }
  } catch (error) {
    // It was thrown before anything was written. Other errors undo the slice.
    if (!(error instanceof PrebookError)) throw error
    return { outcome: refusedLine(error), change: null, replayed: false }
  }
}
