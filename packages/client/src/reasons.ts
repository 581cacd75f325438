import type { Reason as ServerReason } from '@prebook/core'

// The client does not bundle core's error table, so it lists the reasons again. The compiler compares the two lists.
const known = {
  BOOK_NOT_FOUND: 1,
  PREBOOK_NOT_FOUND: 1,
  USER_NOT_FOUND: 1,
  WAITLIST_NOT_FOUND: 1,
  DELIVERY_NOT_FOUND: 1,
  TOKEN_NOT_FOUND: 1,
  SESSION_NOT_FOUND: 1,
  ROUTE_NOT_FOUND: 1,
  PREBOOK_BOOK_IN_STOCK: 1,
  PREBOOK_BOOK_WITHDRAWN: 1,
  PREBOOK_DUPLICATE: 1,
  PREBOOK_ALREADY_CANCELLED: 1,
  BOOK_ISBN_CONFLICT: 1,
  AUTH_EMAIL_TAKEN: 1,
  STOCK_CONFLICT: 1,
  STOCK_NEGATIVE: 1,
  STOCK_IDEMPOTENCY_MISMATCH: 1,
  IDEMPOTENCY_KEY_IN_FLIGHT: 1,
  IDEMPOTENCY_KEY_REUSED: 1,
  IDEMPOTENCY_KEY_REFUSED: 1,
  DELIVERY_NOT_REDRIVABLE: 1,
  USER_LAST_ADMIN: 1,
  INVITATION_PENDING: 1,
  AUTH_REQUIRED: 1,
  AUTH_INVALID_CREDENTIALS: 1,
  AUTH_FORBIDDEN: 1,
  AUTH_SCOPE_MISSING: 1,
  AUTH_ACCOUNT_DEACTIVATED: 1,
  AUTH_LINK_INVALID: 1,
  CSRF_REFUSED: 1,
  METHOD_NOT_ALLOWED: 1,
  PAYLOAD_TOO_LARGE: 1,
  UNSUPPORTED_MEDIA_TYPE: 1,
  BATCH_TOO_LARGE: 1,
  RATE_LIMITED: 1,
  VALIDATION_ERROR: 1,
  STORE_BUSY: 1,
  MAIL_NOT_CONFIGURED: 1,
  INTERNAL_ERROR: 1,
} satisfies Record<ServerReason, 1>

/** Why a Prebook server refused a call: every reason that this version of the client knows. */
export type Reason = keyof typeof known

export function isReason(text: string): text is Reason {
  return Object.hasOwn(known, text)
}
