import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { assertCanBePrebooked, PrebookError, WISH_MS, type PrebookRequestInput } from '@prebook/core'
import { findBook, findBookByIsbn, queueMail, type BookRow, type Tx } from '@prebook/db'
import { requireMail } from '../account/mail-account-link.ts'
import { ANSWER_MS } from '../auth/answer-ms.ts'
import type { RequestContext } from '../context.ts'
import type { Services } from '../services.ts'

/**
 * Mails a link that confirms a pre-booking. The account of the address is not looked up: whether it gets the mail is decided
 * when the mail is sent. So the answer is the same for every address, after the same time. It is the same when the address was
 * mailed often enough, too.
 *
 * @throws PrebookError `VALIDATION_ERROR` without the proof that the shop asks for, `MAIL_NOT_CONFIGURED`, `BOOK_NOT_FOUND`, `PREBOOK_BOOK_IN_STOCK`, `PREBOOK_BOOK_WITHDRAWN`, `RATE_LIMITED`
 */
export async function requestPrebook(
  { request, services }: RequestContext,
  input: PrebookRequestInput,
): Promise<{ ok: true }> {
  requireMail(services)
  const { store, mailThrottle, requestProof } = services
  const earliest = pause(ANSWER_MS)
  const { id: bookId } = await requireSoldOutBook(services, input)
  const { email } = input
  const useProof = await requestProof.prepare(input.proof)
  const count = await mailThrottle.preparePrebookRequest({ address: request.address, email, bookId })
  // Only a program fills in a field that a form hides. It must not learn that it was noticed.
  const isPerson = (input.website ?? '') === ''
  await store.write(
    async (tx) => {
      await useProof(tx)
      const isMailed = (await count(tx)) && isPerson
      if (isMailed) await queueWish(tx, { ...input, bookId, now: services.now() })
      return isMailed
    },
    (isMailed) => (isMailed ? { kind: 'mail-queued' } : null),
  )
  await earliest
  return { ok: true }
}

async function requireSoldOutBook({ store }: Services, input: PrebookRequestInput): Promise<BookRow> {
  const { bookId, isbn = '' } = input
  const field = bookId === undefined ? 'isbn' : 'bookId'
  const book = await store.read((reader) =>
    bookId === undefined ? findBookByIsbn(reader, isbn) : findBook(reader, bookId),
  )
  if (book === undefined) throw new PrebookError('BOOK_NOT_FOUND', { field })
  assertCanBePrebooked({ stockQuantity: book.stock_quantity, withdrawnAt: book.withdrawn_at }, field)
  return book
}

/** Queues the mail with the link. Its row is deleted when it is sent, and then the wish is in the link only. */
async function queueWish(
  tx: Tx,
  wish: Pick<PrebookRequestInput, 'email' | 'locale'> & { bookId: number; now: number },
): Promise<void> {
  const id = randomUUID()
  await queueMail(tx, {
    kind: 'confirm',
    lane: 'now',
    userId: null,
    recipient: wish.email,
    bookId: wish.bookId,
    dedupeKey: `confirm:${id}`,
    payload: { id, expiresAt: wish.now + WISH_MS.confirm },
    locale: wish.locale,
    now: wish.now,
  })
}
