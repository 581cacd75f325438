import { tracked, type TrackedEnvelope } from '@trpc/server'
import {
  changedLine,
  planStockChange,
  PrebookError,
  refusedLine,
  requireRole,
  requireScope,
  retention,
  StockBatchLine,
  StockBatchOutcome,
  toValidationError,
  type StockAdjustInput,
  type StockBatchInput,
  type StockBatchResult,
  type StockChange,
  type StockChangesInput,
  type StockHistoryInput,
  type StockHistoryPage,
  type StockMovement,
  type StockMovementNews,
  type StockPreview,
  type StockPreviewInput,
  type StockSetInput,
} from '@prebook/core'
import { presentBook } from './books.ts'
import { actorSeesAddresses, nameOf, requireActor, type Actor, type ActorCall } from './callers.ts'
import { newestFirst, page } from './cursors.ts'
import { mailReaders } from './mail.ts'
import type { MovementRow } from './rows.ts'
import {
  actorColumns,
  add,
  copyOf,
  findBook,
  findBookByIsbn,
  findOpenWaitlist,
  findUser,
  isoTime,
  queueOf,
  recordAudit,
  type Shop,
} from './shop.ts'

const DAY_MS = 86_400_000

export function presentMovement({ createdAt, ...movement }: MovementRow): StockMovement {
  return { ...movement, createdAt: isoTime(createdAt) }
}

/** `stock.set` and `stock.adjust`. With a key, the same request gets the same answer and changes nothing. */
export function changeStock(call: ActorCall, input: StockSetInput | StockAdjustInput): StockChange {
  const { idempotencyKey: key, ...request } = input
  if (key === undefined) return applyChange(call, input)
  const { bookId, expectedQuantity = null, note = null } = request
  const text = JSON.stringify([
    bookId,
    'quantity' in request ? ['set', request.quantity] : ['adjust', request.delta],
    expectedQuantity,
    note,
  ])
  const before = findRequest(call, key)
  if (before === undefined) {
    const change = applyChange(call, input)
    keepAnswer(call, { key, request: text, answer: change })
    return change
  }
  if (before.request !== text) throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
  return JSON.parse(before.answer) as StockChange
}

function findRequest({ shop, actor }: ActorCall, key: string) {
  const oldest = shop.now() - retention.stockRequests * DAY_MS
  return shop.rows.stockRequests.find(
    (row) => row.actor === nameOf(actor.id) && row.key === key && row.createdAt > oldest,
  )
}

function keepAnswer(
  { shop, actor }: ActorCall,
  kept: { key: string; request: string; answer: object },
): void {
  const { key, request } = kept
  const answer = JSON.stringify(kept.answer)
  shop.rows.stockRequests.push({ actor: nameOf(actor.id), key, request, answer, createdAt: shop.now() })
}

function applyChange({ shop, actor }: ActorCall, input: StockSetInput | StockAdjustInput): StockChange {
  const book = findBook(shop, input.bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const { quantityAfter, delta, transition } = planStockChange(book.stockQuantity, input)
  if (transition === 'none')
    return { book: presentBook(shop, book), movement: null, transition, broadcast: null }
  const now = shop.now()
  Object.assign(book, { stockQuantity: quantityAfter, updatedAt: now })
  if (transition === 'restocked')
    Object.assign(book, { withdrawnAt: null, successorId: null, expectedOn: null })
  const movement = add<MovementRow>(shop.rows.movements, {
    bookId: book.id,
    delta,
    quantityAfter,
    ...actorColumns(actor.id),
    note: input.note ?? null,
    createdAt: now,
  })
  if (transition === 'restocked') closeWaitlist(shop, movement)
  recordAudit(shop, actor.id, {
    action: 'quantity' in input ? 'stock.set' : 'stock.adjust',
    subject: `book:${book.id}`,
    details: { movementId: movement.id, delta, quantityAfter },
  })
  const broadcast = broadcastOf(shop, movement)
  return { book: presentBook(shop, book), movement: presentMovement(movement), transition, broadcast }
}

/** Notifies everyone who waits for a book. */
function closeWaitlist(shop: Shop, { id, bookId }: MovementRow): void {
  const waitlist = findOpenWaitlist(shop, bookId)
  if (waitlist === undefined) return
  const queue = queueOf(shop, waitlist.id)
  Object.assign(waitlist, { notifiedAt: shop.now(), closedBy: id, notified: queue.length })
  mailReaders(shop, 'restock', queue)
}

function broadcastOf({ rows }: Shop, { id }: MovementRow): StockChange['broadcast'] {
  const waitlist = rows.waitlists.find(({ closedBy }) => closedBy === id)
  if (waitlist === undefined || waitlist.notifiedAt === null) return null
  const { id: waitlistId, notifiedAt, notified } = waitlist
  return { waitlistId, notifiedAt: isoTime(notifiedAt), notified }
}

export function batchStock(call: ActorCall, { dryRun, ...input }: StockBatchInput): StockBatchResult {
  if (!dryRun) return { outcomes: applyBatch(call, input) }
  const before = call.shop.rows.movements.length
  let last = before
  const outcomes = applyBatch({ ...call, shop: copyOf(call.shop) }, input)
  const preview = (outcome: StockBatchOutcome): StockBatchOutcome => {
    if (outcome.status === 'refused') return outcome
    const { movementId, broadcast } = outcome
    // The others were applied before, under their keys.
    const isNew = movementId !== null && movementId > last
    if (isNew) last = movementId
    return {
      ...outcome,
      movementId: movementId !== null && movementId > before ? null : movementId,
      broadcast: null,
      wouldNotify: isNew ? (broadcast?.notified ?? 0) : 0,
    }
  }
  return { outcomes: outcomes.map(preview) }
}

function applyBatch(
  call: ActorCall,
  { lines, idempotencyKey: key }: Omit<StockBatchInput, 'dryRun'>,
): StockBatchOutcome[] {
  const read = lines.map((line) => StockBatchLine.safeParse(line))
  if (key !== undefined) {
    const request = JSON.stringify(['stock.batch', read.map(({ data }, index) => data ?? lines[index])])
    const before = findRequest(call, key)
    if (before === undefined) keepAnswer(call, { key, request, answer: {} })
    else if (before.request !== request) throw new PrebookError('STOCK_IDEMPOTENCY_MISMATCH')
  }
  return read.map(({ data, error }, index) => {
    if (data === undefined) return refusedLine(toValidationError(error))
    if (key === undefined || data.idempotencyKey !== undefined) return changeLine(call, data)
    // No key of a request contains a space.
    const lineKey = `${key} ${index + 1}`
    const before = findRequest(call, lineKey)
    if (before !== undefined) return StockBatchOutcome.parse(JSON.parse(before.answer))
    const answer = changeLine(call, data)
    keepAnswer(call, { key: lineKey, request: '', answer })
    return answer
  })
}

function changeLine(call: ActorCall, line: StockBatchLine): StockBatchOutcome {
  try {
    const { isbn, quantity, delta = 0, expectedQuantity, note, idempotencyKey } = line
    const bookId = isbn === undefined ? line.bookId : findBookByIsbn(call.shop, isbn)?.id
    if (bookId === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'isbn' })
    const change = quantity === undefined ? { delta } : { quantity }
    return changedLine(
      changeStock(call, {
        bookId,
        expectedQuantity,
        note,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
        ...change,
      }),
    )
  } catch (error) {
    if (error instanceof PrebookError) return refusedLine(error)
    throw error
  }
}

export function previewStock({ shop }: ActorCall, input: StockPreviewInput): StockPreview {
  const book = findBook(shop, input.bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  const { quantityAfter, transition } = planStockChange(book.stockQuantity, input)
  const waitlist = transition === 'restocked' ? findOpenWaitlist(shop, book.id) : undefined
  const wouldNotify = waitlist === undefined ? 0 : queueOf(shop, waitlist.id).length
  return { book: presentBook(shop, book), quantityAfter, transition, wouldNotify }
}

export function stockHistory({ shop, actor }: ActorCall, input: StockHistoryInput): StockHistoryPage {
  const { bookId, cursor, limit } = input
  const rows = newestFirst('movements', shop.rows.movements, cursor)
  if (findBook(shop, bookId) === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  return page(
    'movements',
    rows.filter((row) => row.bookId === bookId),
    limit,
    (row) => presentEntry(shop, actor, row),
    ({ id }) => id,
  )
}

function presentEntry(shop: Shop, actor: Actor, row: MovementRow): StockHistoryPage['items'][number] {
  const { actorId, tokenId } = row
  const email = actorId === null ? undefined : findUser(shop, actorId)?.email
  return {
    ...presentMovement(row),
    actorEmail: actorSeesAddresses(actor) ? (email ?? null) : null,
    tokenName: tokenId === null ? null : (shop.rows.tokens[tokenId - 1]?.name ?? null),
    broadcast: broadcastOf(shop, row),
  }
}

export async function* stockChanges(
  call: ActorCall,
  { bookId, afterMovementId, lastEventId }: StockChangesInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StockMovementNews>, void> {
  const { shop } = call
  const stream = shop.streams.open(nameOf(call.actor.id), signal)
  try {
    let seen = lastEventId == null ? (afterMovementId ?? shop.rows.movements.length) : Number(lastEventId)
    while (await stream.next()) {
      const { actor } = requireActor(call)
      if (actor.kind === 'token') requireScope(actor.scopes, 'stock:write')
      else requireRole(actor.user.role, 'staff')
      for (const row of shop.rows.movements.filter(({ id }) => id > seen)) {
        seen = row.id
        const book = findBook(shop, row.bookId)
        if (book === undefined || (bookId !== undefined && bookId !== row.bookId)) continue
        const entry = presentEntry(shop, actor, row)
        yield tracked(String(row.id), { ...entry, bookTitle: book.title, bookAuthor: book.author })
      }
    }
  } finally {
    stream.close()
  }
}
