import type { Reason } from '@prebook/client'

/** Exit codes of the process. Scripts rely on these numbers: add to them, never change one. */
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

/** The meaning of each exit code, as shown by `prebook --help`. */
export const exitMeanings: Record<Exit, string> = {
  ok: 'success',
  failed: 'failure: invalid rows, too many attempts, no mail server, a busy server or a server error',
  usage: 'invalid usage, or input that the server rejects',
  notSignedIn: 'not signed in, or incorrect e-mail address or password',
  forbidden: 'signed in, or with a token, but not allowed to do this',
  notFound: 'no such book, account, e-mail or token',
  conflict:
    'conflict: the stock has changed, the ISBN is taken, it is the last admin, or an invitation is open',
  network: 'the server cannot be reached, or is not a Prebook server',
  cancelled: 'cancelled with nothing changed, or interrupted with a progress report',
}

// Exhaustive: a reason that is added to the server's table does not compile until it has an exit code.
const exitOfReason: Record<Reason, Exit> = {
  BOOK_NOT_FOUND: 'notFound',
  PREBOOK_NOT_FOUND: 'notFound',
  USER_NOT_FOUND: 'notFound',
  WAITLIST_NOT_FOUND: 'notFound',
  DELIVERY_NOT_FOUND: 'notFound',
  TOKEN_NOT_FOUND: 'notFound',
  SESSION_NOT_FOUND: 'notFound',
  // The procedure is missing, not the record: the server has another version.
  ROUTE_NOT_FOUND: 'failed',
  PREBOOK_BOOK_IN_STOCK: 'conflict',
  PREBOOK_BOOK_WITHDRAWN: 'conflict',
  PREBOOK_DUPLICATE: 'conflict',
  PREBOOK_ALREADY_CANCELLED: 'conflict',
  BOOK_ISBN_CONFLICT: 'conflict',
  AUTH_EMAIL_TAKEN: 'conflict',
  STOCK_CONFLICT: 'conflict',
  STOCK_NEGATIVE: 'conflict',
  STOCK_IDEMPOTENCY_MISMATCH: 'conflict',
  IDEMPOTENCY_KEY_IN_FLIGHT: 'conflict',
  IDEMPOTENCY_KEY_REUSED: 'conflict',
  IDEMPOTENCY_KEY_REFUSED: 'failed',
  DELIVERY_NOT_REDRIVABLE: 'conflict',
  USER_LAST_ADMIN: 'conflict',
  INVITATION_PENDING: 'conflict',
  AUTH_REQUIRED: 'notSignedIn',
  AUTH_INVALID_CREDENTIALS: 'notSignedIn',
  AUTH_FORBIDDEN: 'forbidden',
  AUTH_SCOPE_MISSING: 'forbidden',
  AUTH_ACCOUNT_DEACTIVATED: 'forbidden',
  AUTH_LINK_INVALID: 'failed',
  CSRF_REFUSED: 'forbidden',
  METHOD_NOT_ALLOWED: 'failed',
  PAYLOAD_TOO_LARGE: 'failed',
  UNSUPPORTED_MEDIA_TYPE: 'failed',
  BATCH_TOO_LARGE: 'failed',
  RATE_LIMITED: 'failed',
  VALIDATION_ERROR: 'usage',
  STORE_BUSY: 'failed',
  MAIL_NOT_CONFIGURED: 'failed',
  INTERNAL_ERROR: 'failed',
}

/** The exit code for an error reason of the server; an unknown reason, from a newer server, is `failed`. */
export function exitFor(reason: Reason): Exit {
  return Object.hasOwn(exitOfReason, reason) ? exitOfReason[reason] : 'failed'
}
