import type { Reason } from '@prebook/client'

/** What the process ends with. Scripts rely on these numbers: add to them, never change one. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  forbidden: 4,
  notFound: 5,
  conflict: 6,
  network: 7,
  cancelled: 130,
} as const

/** The name of an exit code. */
export type Exit = keyof typeof exitCodes

/** What each exit code means, as `prebook --help` says it. */
export const exitMeanings: Record<Exit, string> = {
  ok: 'done',
  failed: 'failed: bad rows, too many attempts, a busy store, a fault of the server',
  usage: 'wrong usage, or input that the server refuses',
  notSignedIn: 'not signed in, or wrong e-mail address or password',
  forbidden: 'signed in, but not allowed to do this',
  notFound: 'no such book, account or e-mail',
  conflict: 'conflict: the stock changed meanwhile, the ISBN is taken',
  network: 'the server cannot be reached, or is not a Prebook server',
  cancelled: 'cancelled, with nothing changed; or interrupted, saying how far it got',
}

// A record over every reason: a reason that is new in the server's table does not compile until it has an exit code.
const exitOfReason: Record<Reason, Exit> = {
  BOOK_NOT_FOUND: 'notFound',
  PREBOOK_NOT_FOUND: 'notFound',
  USER_NOT_FOUND: 'notFound',
  WAITLIST_NOT_FOUND: 'notFound',
  DELIVERY_NOT_FOUND: 'notFound',
  // The procedure is missing, not the thing asked for: a server of another version.
  ROUTE_NOT_FOUND: 'failed',
  PREBOOK_BOOK_IN_STOCK: 'conflict',
  PREBOOK_DUPLICATE: 'conflict',
  PREBOOK_ALREADY_CANCELLED: 'conflict',
  BOOK_ISBN_CONFLICT: 'conflict',
  AUTH_EMAIL_TAKEN: 'conflict',
  STOCK_CONFLICT: 'conflict',
  STOCK_NEGATIVE: 'conflict',
  STOCK_IDEMPOTENCY_MISMATCH: 'conflict',
  DELIVERY_NOT_REDRIVABLE: 'conflict',
  USER_IS_ADMIN: 'conflict',
  AUTH_REQUIRED: 'notSignedIn',
  AUTH_INVALID_CREDENTIALS: 'notSignedIn',
  AUTH_FORBIDDEN: 'forbidden',
  AUTH_ACCOUNT_DEACTIVATED: 'forbidden',
  CSRF_REFUSED: 'forbidden',
  METHOD_NOT_ALLOWED: 'failed',
  PAYLOAD_TOO_LARGE: 'failed',
  UNSUPPORTED_MEDIA_TYPE: 'failed',
  BATCH_TOO_LARGE: 'failed',
  RATE_LIMITED: 'failed',
  VALIDATION_ERROR: 'usage',
  STORE_BUSY: 'failed',
  INTERNAL_ERROR: 'failed',
}

/** How the process ends when the server refuses for this reason; one that only a newer server knows is `failed`. */
export function exitFor(reason: Reason): Exit {
  return Object.hasOwn(exitOfReason, reason) ? exitOfReason[reason] : 'failed'
}
