/** One row of the error table: how each API reports the reason, and its default message. */
type ReasonEntry = {
  /** The tRPC error code, as `@trpc/server` names it. */
  trpc: string
  /** The HTTP status of the REST API. The status of tRPC follows from its code. */
  http: number
  /** The default message, written for the user: what is wrong and, if there is one, the remedy. */
  message: string
}

/**
 * Every reason for which Prebook refuses a request. The tRPC codes, the HTTP statuses, the OpenAPI document and the typed
 * client are all derived from this table.
 */
export const reasons = {
  BOOK_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Book not found.' },
  PREBOOK_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Pre-booking not found.' },
  USER_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Account not found.' },
  WAITLIST_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'No readers are waiting for this book.' },
  DELIVERY_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'E-mail not found.' },
  TOKEN_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Token not found.' },
  SESSION_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Session not found.' },
  ROUTE_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Endpoint not found.' },

  PREBOOK_BOOK_IN_STOCK: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This book is in stock. You can buy it now.',
  },
  PREBOOK_BOOK_WITHDRAWN: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This book will not come back, so it cannot be pre-booked.',
  },
  PREBOOK_DUPLICATE: { trpc: 'CONFLICT', http: 409, message: 'You have already pre-booked this book.' },
  PREBOOK_ALREADY_CANCELLED: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This pre-booking is already cancelled.',
  },
  BOOK_ISBN_CONFLICT: { trpc: 'CONFLICT', http: 409, message: 'Another book already has this ISBN.' },
  AUTH_EMAIL_TAKEN: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'An account with this e-mail address already exists. Sign in instead.',
  },
  STOCK_CONFLICT: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'The stock has changed. Check the current stock and try again.',
  },
  STOCK_NEGATIVE: { trpc: 'CONFLICT', http: 409, message: 'Not enough copies in stock.' },
  STOCK_IDEMPOTENCY_MISMATCH: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This idempotency key was already used for another stock change. Use a new key.',
  },
  IDEMPOTENCY_KEY_IN_FLIGHT: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'The first request with this Idempotency-Key is still running. Send this one again in a moment.',
  },
  DELIVERY_NOT_REDRIVABLE: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'Only failed and held e-mails can be resent.',
  },
  USER_LAST_ADMIN: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This is the last active admin. Make another account an admin first.',
  },

  INVITATION_PENDING: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This address has an open invitation. It can be invited again once that one has expired.',
  },

  AUTH_REQUIRED: { trpc: 'UNAUTHORIZED', http: 401, message: 'Sign in to continue.' },
  AUTH_INVALID_CREDENTIALS: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    message: 'Incorrect e-mail address or password.',
  },
  AUTH_FORBIDDEN: { trpc: 'FORBIDDEN', http: 403, message: 'Your role does not allow this.' },
  AUTH_SCOPE_MISSING: {
    trpc: 'FORBIDDEN',
    http: 403,
    message: 'This token lacks a scope. Use a token that has it.',
  },
  AUTH_ACCOUNT_DEACTIVATED: { trpc: 'FORBIDDEN', http: 403, message: 'This account is deactivated.' },
  // tRPC has no code for 410.
  AUTH_LINK_INVALID: {
    trpc: 'PRECONDITION_FAILED',
    http: 410,
    message: 'This link was used, has expired or was replaced by a newer one. Request a new link.',
  },
  CSRF_REFUSED: {
    trpc: 'FORBIDDEN',
    http: 403,
    message: 'A request with a session cookie must come from this site and contain JSON.',
  },

  METHOD_NOT_ALLOWED: {
    trpc: 'METHOD_NOT_SUPPORTED',
    http: 405,
    message: 'This endpoint does not support this method.',
  },
  PAYLOAD_TOO_LARGE: { trpc: 'PAYLOAD_TOO_LARGE', http: 413, message: 'The request body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: {
    trpc: 'UNSUPPORTED_MEDIA_TYPE',
    http: 415,
    message: 'Send JSON with the header Content-Type: application/json.',
  },
  BATCH_TOO_LARGE: {
    trpc: 'BAD_REQUEST',
    http: 400,
    message: 'A request can contain at most 10 calls. Set maxItems: 10 in the batch link of your client.',
  },
  RATE_LIMITED: { trpc: 'TOO_MANY_REQUESTS', http: 429, message: 'Too many attempts. Try again later.' },
  VALIDATION_ERROR: { trpc: 'BAD_REQUEST', http: 422, message: 'The input is not valid.' },
  IDEMPOTENCY_KEY_REUSED: {
    trpc: 'UNPROCESSABLE_CONTENT',
    http: 422,
    message: 'This Idempotency-Key was already used for another request. Use a new key.',
  },
  IDEMPOTENCY_KEY_REFUSED: {
    trpc: 'UNPROCESSABLE_CONTENT',
    http: 422,
    message: 'This endpoint does not take the header Idempotency-Key. Send the request without it.',
  },
  STORE_BUSY: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    message: 'The service is busy. Try again in a moment.',
  },
  MAIL_NOT_CONFIGURED: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    message: 'This shop cannot send e-mails yet. Contact the shop.',
  },
  INTERNAL_ERROR: {
    trpc: 'INTERNAL_SERVER_ERROR',
    http: 500,
    message: 'Something went wrong on our side.',
  },
} as const satisfies Record<string, ReasonEntry>

/** Why Prebook refused a request: a key of {@link reasons}. */
export type Reason = keyof typeof reasons

/** One problem of an input. `path` names the field, such as `items.0.isbn`; `''` is the input as a whole. */
export type ValidationIssue = { path: string; message: string }

type PrebookErrorOptions = {
  /** Replaces the default message. It is shown to the user, so it must not contain a secret. */
  message?: string
  /** The invalid input field, by its name in the API. */
  field?: string
  /** Every problem of the input. Only with `VALIDATION_ERROR`. */
  issues?: ValidationIssue[]
  /** Whole seconds to wait before the next attempt. Only where a wait helps, such as `RATE_LIMITED` and `STORE_BUSY`. */
  retryAfterSeconds?: number
  /** Whether the store failed on its own, so that an operator must act. Only with `STORE_BUSY`. Never sent. */
  storeFailed?: boolean
  /** The underlying error. It is logged and never sent. */
  cause?: unknown
}

/** An expected refusal that the user can act on. Anything else thrown is a bug. */
export class PrebookError extends Error {
  override readonly name = 'PrebookError'
  readonly reason: Reason
  readonly field: string | null
  readonly issues: ValidationIssue[] | null
  readonly retryAfterSeconds: number | null
  /** False when clients bring the refusal about: by their number, or by waiting for each other's locks. */
  readonly storeFailed: boolean

  constructor(reason: Reason, options: PrebookErrorOptions = {}) {
    super(options.message ?? reasons[reason].message, { cause: options.cause })
    this.reason = reason
    this.field = options.field ?? null
    this.issues = options.issues ?? null
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
    this.storeFailed = options.storeFailed ?? false
  }
}

/**
 * Whether a caught value is a {@link PrebookError} with the given reason.
 *
 * @param error any caught value
 * @example if (!hasReason(error, 'STORE_BUSY')) throw error
 */
export function hasReason<R extends Reason>(
  error: unknown,
  reason: R,
): error is PrebookError & { readonly reason: R } {
  return error instanceof PrebookError && error.reason === reason
}

/** A `VALIDATION_ERROR` about one field, for rules that no schema expresses. */
export function invalid(field: string, message: string): PrebookError {
  return new PrebookError('VALIDATION_ERROR', { message, field, issues: [{ path: field, message }] })
}
