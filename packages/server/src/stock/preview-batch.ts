import {
  changedLine,
  planStockChange,
  PrebookError,
  previewedLine,
  refusedLine,
  type StockBatchLine,
  type StockBatchOutcome,
} from '@prebook/core'
import {
  createYielder,
  findBook,
  findBooksByIsbn,
  findOpenWaitlist,
  findStockRequests,
  type BookRow,
  type Reader,
} from '@prebook/db'
import type { ActorContext } from '../context.ts'
import {
  bookIdOf,
  changeOf,
  findStored,
  isbnsOf,
  outcomeBefore,
  type Batch,
  type Line,
  type Stored,
} from './batch-lines.ts'
import { hashRequest, parseStoredChange } from './change-stock.ts'

/** Lines that are read together. */
const SLICE = 100

/** What the lines so far would make of the database. */
type Imagined = {
  /** The stock of each book that a line concerned. */
  stock: Map<number, number>
  /** The books whose readers a line would notify. */
  notified: Set<number>
  /** The hash and outcome of each request whose key a line would use up. The key of the batch has no outcome. */
  keys: Map<string, { requestHash: string; outcome: StockBatchOutcome | null }>
}

/** What the database knows about some lines. */
type Known = {
  stored: Stored
  byIsbn: Map<string, BookRow>
  byId: Map<number, BookRow>
  /** The readers who wait for each book that is out of stock. */
  waiting: Map<number, number>
}

/**
 * The outcomes that the lines of a batch would have. Lines of one book follow each other. It reads in slices and locks nothing,
 * so others may change the stock, and readers may join or leave, before the batch is applied.
 *
 * @throws PrebookError `STOCK_IDEMPOTENCY_MISMATCH` when the key of the batch was used for other lines
 */
export async function previewBatch(
  context: ActorContext,
  { lines, request }: Batch,
): Promise<StockBatchOutcome[]> {
  const imagined: Imagined = { stock: new Map(), notified: new Set(), keys: new Map() }
  if (request !== null) imagined.keys.set(request.key, { requestHash: request.requestHash, outcome: null })
  const outcomes: StockBatchOutcome[] = []
  const yieldIfDue = createYielder()
  while (outcomes.length < lines.length) {
    const slice = lines.slice(outcomes.length, outcomes.length + SLICE)
    const known = await context.services.store.read(async (reader) => ({
      stored: new Map([
        ...(await findStored(context, reader, slice, request)),
        ...(await findOwnKeys(context, reader, slice)),
      ]),
      ...(await readBooks(reader, slice)),
    }))
    for (const line of slice) outcomes.push(previewLine(line, known, imagined))
    await yieldIfDue()
  }
  return outcomes
}

/** What is stored under the keys of single lines. */
async function findOwnKeys({ actor }: ActorContext, reader: Reader, slice: readonly Line[]): Promise<Stored> {
  const keys = slice.flatMap(({ line }) => (line instanceof PrebookError ? [] : (line.idempotencyKey ?? [])))
  return keys.length === 0 ? new Map() : findStockRequests(reader, { actor: actor.id, keys })
}

async function readBooks(reader: Reader, slice: readonly Line[]): Promise<Omit<Known, 'stored'>> {
  const byIsbn = await findBooksByIsbn(reader, isbnsOf(slice))
  const ids = new Set(slice.flatMap(({ line }) => bookIdOf(line, byIsbn) ?? []))
  const books = new Map([...byIsbn.values()].map((book) => [book.id, book]))
  // What does not depend on each other goes together, so that PostgreSQL answers it in one round trip.
  const others = [...ids].filter((id) => !books.has(id))
  for (const book of await Promise.all(others.map((id) => findBook(reader, id))))
    if (book !== undefined) books.set(book.id, book)
  const soldOut = [...books.values()].filter((book) => book.stock_quantity === 0)
  const waitlists = await Promise.all(soldOut.map(({ id }) => findOpenWaitlist(reader, id)))
  const waiting = new Map(waitlists.flatMap((each) => (each ? [[each.book_id, each.waiting_count]] : [])))
  return { byIsbn, byId: books, waiting }
}

function previewLine(each: Line, known: Known, imagined: Imagined): StockBatchOutcome {
  const before = outcomeBefore(each, known.stored)
  if (before !== undefined) return replayed(before)
  try {
    if (each.line instanceof PrebookError) throw each.line
    return previewOnce(each.line, known, imagined)
  } catch (error) {
    if (!(error instanceof PrebookError)) throw error
    return refusedLine(error)
  }
}

/** The outcome of a line, or of an earlier request under its own key. */
function previewOnce(line: StockBatchLine, known: Known, imagined: Imagined): StockBatchOutcome {
  const bookId = bookIdOf(line, known.byIsbn)
  if (bookId === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'isbn' })
  const { idempotencyKey: key } = line
  if (key === undefined) return previewChange(line, bookId, known, imagined)
  const requestHash = hashRequest(changeOf(line, bookId))
  const stored = known.stored.get(key)
  const before = imagined.keys.get(key) ?? stored
  if (before !== undefined && before.requestHash !== requestHash)
    throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
  const earlier = imagined.keys.get(key)?.outcome
  if (earlier) return replayed(earlier)
  if (stored !== undefined)
    return replayed(changedLine({ ...parseStoredChange(stored.answer), broadcast: null }))
  const outcome = previewChange(line, bookId, known, imagined)
  imagined.keys.set(key, { requestHash, outcome })
  return outcome
}

function previewChange(
  line: StockBatchLine,
  bookId: number,
  { byId, waiting }: Known,
  { stock, notified }: Imagined,
): StockBatchOutcome {
  const book = byId.get(bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const plan = planStockChange(stock.get(bookId) ?? book.stock_quantity, changeOf(line, bookId))
  stock.set(bookId, plan.quantityAfter)
  if (plan.transition !== 'restocked' || notified.has(bookId)) return previewedLine(book, plan, 0)
  notified.add(bookId)
  return previewedLine(book, plan, waiting.get(bookId) ?? 0)
}

/** An outcome from before: applied again, the line changes nothing and notifies no reader. */
function replayed(outcome: StockBatchOutcome): StockBatchOutcome {
  return outcome.status === 'refused' ? outcome : { ...outcome, broadcast: null, wouldNotify: 0 }
}
