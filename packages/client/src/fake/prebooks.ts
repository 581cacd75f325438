import { tracked, type TrackedEnvelope } from '@trpc/server'
import {
  assertCanBePrebooked,
  cancellation,
  cancelledBy,
  cappedCount,
  precisionOf,
  PrebookError,
  prebookCancelledAt,
  prebookNotifiedAt,
  prebookStatus,
  type Prebook,
  type PrebookCreateInput,
  type PrebookDetail,
  type PrebookFacts,
  type PrebookIdInput,
  type PrebookListInput,
  type PrebookPage,
  type PrebookWatchInput,
} from '@prebook/core'
import { nameOf, requireSignedIn, type SignedInCall } from './callers.ts'
import { newestFirst, page } from './cursors.ts'
import type { PrebookRow } from './rows.ts'
import {
  add,
  dateToShow,
  findBook,
  findOpenWaitlist,
  isoTime,
  isoTimeOrNull,
  queueOf,
  type Shop,
} from './shop.ts'

/** Cancelled prebooks that a stream begins with, and those that are sent at most when some may have been missed. */
const CANCELLED_AT_FIRST = 100
const CANCELLED_LATER = 2_000

function factsOf({ rows }: Shop, { cancelledAt, cancelledFrom, waitlistId }: PrebookRow): PrebookFacts {
  const { notifiedAt = null, withdrawnAt = null } = rows.waitlists[waitlistId - 1] ?? {}
  return { cancelledAt, cancelledFrom, waitlistWithdrawnAt: withdrawnAt, waitlistNotifiedAt: notifiedAt }
}

export function presentPrebook(shop: Shop, row: PrebookRow): Prebook {
  const { id, bookId, createdAt } = row
  const facts = factsOf(shop, row)
  const by = cancelledBy(facts)
  const book = findBook(shop, bookId)
  const status = prebookStatus(facts)
  const bookExpectedOn = status === 'waiting' ? dateToShow(shop, book?.expectedOn ?? null) : null
  return {
    id,
    bookId,
    bookTitle: book?.title ?? '',
    bookAuthor: book?.author ?? '',
    status,
    bookExpectedOn,
    bookExpectedPrecision: precisionOf(bookExpectedOn),
    createdAt: isoTime(createdAt),
    notifiedAt: isoTimeOrNull(prebookNotifiedAt(facts)),
    cancelledAt: isoTimeOrNull(prebookCancelledAt(facts)),
    cancelledBy: by,
    successorId: by === 'shop' ? (book?.successorId ?? null) : null,
  }
}

/** With the position in the queue, which is null unless the prebook is waiting. */
export function withQueuePosition(shop: Shop, row: PrebookRow): PrebookDetail {
  const prebook = presentPrebook(shop, row)
  if (prebook.status !== 'waiting') return { ...prebook, queuePosition: null }
  return { ...prebook, queuePosition: cappedCount(queueOf(shop, row.waitlistId).indexOf(row) + 1) }
}

export function createPrebook({ shop, user }: SignedInCall, { bookId }: PrebookCreateInput): Prebook {
  const book = findBook(shop, bookId)
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field: 'bookId' })
  assertCanBePrebooked(book)
  const { row, isNew } = addPrebook(shop, bookId, user.id)
  if (!isNew) throw new PrebookError('PREBOOK_DUPLICATE', { field: 'bookId' })
  return presentPrebook(shop, row)
}

/** Adds a prebook of a sold-out book, or finds the one that waits already. */
export function addPrebook(shop: Shop, bookId: number, userId: number): { row: PrebookRow; isNew: boolean } {
  const now = shop.now()
  const waitlist =
    findOpenWaitlist(shop, bookId) ??
    add(shop.rows.waitlists, {
      bookId,
      openedAt: now,
      notifiedAt: null,
      withdrawnAt: null,
      closedBy: null,
      notified: 0,
    })
  const waiting = queueOf(shop, waitlist.id).find((each) => each.userId === userId)
  if (waiting !== undefined) return { row: waiting, isNew: false }
  const row = add<PrebookRow>(shop.rows.prebooks, {
    waitlistId: waitlist.id,
    bookId,
    userId,
    createdAt: now,
    cancelledAt: null,
    cancelledFrom: null,
  })
  return { row, isNew: true }
}

export function listPrebooks(
  { shop, user }: SignedInCall,
  { status, cursor, limit }: PrebookListInput,
): PrebookPage {
  const rows = newestFirst('prebooks', shop.rows.prebooks, cursor).filter(
    (row) => row.userId === user.id && status === (status && prebookStatus(factsOf(shop, row))),
  )
  return page(
    'prebooks',
    rows,
    limit,
    (row) => presentPrebook(shop, row),
    ({ id }) => id,
  )
}

function findOwn({ shop, user }: SignedInCall, { prebookId }: PrebookIdInput): PrebookRow {
  const row = shop.rows.prebooks[prebookId - 1]
  if (row?.userId !== user.id) throw new PrebookError('PREBOOK_NOT_FOUND')
  return row
}

export function getPrebook(call: SignedInCall, input: PrebookIdInput): PrebookDetail {
  return withQueuePosition(call.shop, findOwn(call, input))
}

export function cancelPrebook(call: SignedInCall, input: PrebookIdInput): Prebook {
  const { shop } = call
  const row = findOwn(call, input)
  Object.assign(row, cancellation(factsOf(shop, row)), { cancelledAt: shop.now() })
  return presentPrebook(shop, row)
}

export async function* watchPrebooks(
  call: SignedInCall,
  { lastEventId }: PrebookWatchInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<Prebook>, void> {
  const { shop } = call
  const stream = shop.streams.open(nameOf(call.actor.id), signal)
  const sent = new Map<number, string>()
  let mostCancelled = (lastEventId ?? '') === '' ? CANCELLED_AT_FIRST : CANCELLED_LATER
  try {
    while (await stream.next()) {
      const { user } = requireSignedIn(call)
      for (const prebook of current(shop, user.id, sent, mostCancelled)) {
        const state = `${prebook.status} ${prebook.bookExpectedOn}`
        if (sent.get(prebook.id) === state) continue
        sent.set(prebook.id, state)
        yield tracked(`${prebook.id}:${prebook.status}`, prebook)
      }
      mostCancelled = CANCELLED_LATER
    }
  } finally {
    stream.close()
  }
}

/** The prebooks that may have another state than was sent: live ones, those that were live, and the last cancelled ones. */
function current(shop: Shop, userId: number, sent: Map<number, string>, mostCancelled: number): Prebook[] {
  const own = shop.rows.prebooks
    .filter((row) => row.userId === userId)
    .map((row) => ({ row, cancelledAt: prebookCancelledAt(factsOf(shop, row)) }))
  const lastCancelled = new Set(
    own
      .filter(({ row, cancelledAt }) => cancelledAt !== null && !sent.has(row.id))
      .toSorted((a, b) => (b.cancelledAt ?? 0) - (a.cancelledAt ?? 0) || b.row.id - a.row.id)
      .slice(0, mostCancelled),
  )
  return own
    .filter((each) => each.cancelledAt === null || sent.has(each.row.id) || lastCancelled.has(each))
    .map(({ row }) => presentPrebook(shop, row))
}

/** Cancels what an account waits for. */
export function cancelAllWaiting(shop: Shop, userId: number): void {
  for (const prebook of shop.rows.prebooks) {
    const isWaiting = prebookStatus(factsOf(shop, prebook)) === 'waiting'
    if (prebook.userId === userId && isWaiting)
      Object.assign(prebook, { cancelledAt: shop.now(), cancelledFrom: 'waiting' })
  }
}
