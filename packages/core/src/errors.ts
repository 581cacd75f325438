/** One row of the error table: how a reason appears at each door, and what it says when nobody knows better. */
type ReasonEntry = {
  /** The tRPC error code, as `@trpc/server` names it. */
  trpc: string
  /** The HTTP status at the REST door. tRPC's own status follows from its code. */
  http: number
  /** One sentence for a person: what is wrong and, where there is one, the remedy. */
  message: string
}

/**
 * The only list of reasons why Prebook refuses. The tRPC codes, the HTTP statuses, the OpenAPI document and the typed
 * client all follow from it.
 */
export const reasons = {
  BOOK_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'There is no such book.' },
  PREBOOK_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'You have no such pre-booking.' },
  USER_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'There is no such account.' },
  WAITLIST_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'Nobody waits for this book at the moment.' },
  DELIVERY_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'There is no such delivery.' },
  ROUTE_NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, message: 'There is nothing at this address.' },

  PREBOOK_BOOK_IN_STOCK: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This book is in stock: buy it now instead of pre-booking it.',
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
    message: 'This e-mail address already has an account: sign in instead.',
  },
  STOCK_CONFLICT: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'The stock is not what you expected: look again, then decide.',
  },
  STOCK_NEGATIVE: { trpc: 'CONFLICT', http: 409, message: 'There are not that many copies in stock.' },
  STOCK_IDEMPOTENCY_MISMATCH: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'This idempotency key was already used for another stock change: use a new key.',
  },
  DELIVERY_NOT_REDRIVABLE: {
    trpc: 'CONFLICT',
    http: 409,
    message: 'Only a failed or held e-mail can be sent again.',
  },
  USER_IS_ADMIN: { trpc: 'CONFLICT', http: 409, message: 'An admin cannot be deactivated.' },

  AUTH_REQUIRED: { trpc: 'UNAUTHORIZED', http: 401, message: 'Sign in first.' },
  AUTH_INVALID_CREDENTIALS: {
    trpc: 'UNAUTHORIZED',
    http: 401,
    message: 'The e-mail address or the password is wrong.',
  },
  AUTH_FORBIDDEN: { trpc: 'FORBIDDEN', http: 403, message: 'Only an admin may do this.' },
  AUTH_ACCOUNT_DEACTIVATED: { trpc: 'FORBIDDEN', http: 403, message: 'This account is deactivated.' },
  CSRF_REFUSED: {
    trpc: 'FORBIDDEN',
    http: 403,
    message: 'A request that uses the session cookie must come from this site, as JSON.',
  },

  METHOD_NOT_ALLOWED: {
    trpc: 'METHOD_NOT_SUPPORTED',
    http: 405,
    message: 'This address has no such method.',
  },
  PAYLOAD_TOO_LARGE: { trpc: 'PAYLOAD_TOO_LARGE', http: 413, message: 'The request body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: {
    trpc: 'UNSUPPORTED_MEDIA_TYPE',
    http: 415,
    message: 'Send JSON, with the header Content-Type: application/json.',
  },
  BATCH_TOO_LARGE: { trpc: 'BAD_REQUEST', http: 400, message: 'This batch holds too many calls.' },
  RATE_LIMITED: { trpc: 'TOO_MANY_REQUESTS', http: 429, message: 'Too many attempts: try again later.' },
  VALIDATION_ERROR: { trpc: 'BAD_REQUEST', http: 422, message: 'The input is not valid.' },
  STORE_BUSY: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    message: 'The store is busy: try again in a moment.',
  },
  INTERNAL_ERROR: {
    trpc: 'INTERNAL_SERVER_ERROR',
    http: 500,
    message: 'Something went wrong on our side.',
  },
} as const satisfies Record<string, ReasonEntry>

/** Why Prebook refused: a key of the table {@link reasons}. */
export type Reason = keyof typeof reasons

/** One thing that is wrong with an input: where (`''` is the input as a whole, `items.0.isbn` a field) and what. */
export type ValidationIssue = { path: string; message: string }

type PrebookErrorOptions = {
  /** Says more than the table's sentence; shown to the person who asked. Never holds a secret. */
  message?: string
  /** The input field at fault, in the words of the API. */
  field?: string
  /** Everything that is wrong with the input. Only with `VALIDATION_ERROR`. */
  issues?: ValidationIssue[]
  /** Whole seconds until a next try makes sense. Only with `RATE_LIMITED` and `STORE_BUSY`. */
  retryAfterSeconds?: number
  /** What lies underneath; logged, never sent. */
  cause?: unknown
}

/** A refusal that the person who asked can understand and act on. Everything else that is thrown is a fault of ours. */
export class PrebookError extends Error {
  override readonly name = 'PrebookError'
  readonly reason: Reason
  readonly field: string | null
  readonly issues: ValidationIssue[] | null
  readonly retryAfterSeconds: number | null

  constructor(reason: Reason, options: PrebookErrorOptions = {}) {
    super(options.message ?? reasons[reason].message, { cause: options.cause })
    this.reason = reason
    this.field = options.field ?? null
    this.issues = options.issues ?? null
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
  }
}

/**
 * Whether something thrown is a refusal for this reason.
 *
 * @param error anything that was caught
 * @example if (!hasReason(error, 'STORE_BUSY')) throw error
 */
export function hasReason<R extends Reason>(
  error: unknown,
  reason: R,
): error is PrebookError & { readonly reason: R } {
  return error instanceof PrebookError && error.reason === reason
}

/** A `VALIDATION_ERROR` about one field, for rules that a schema cannot express. */
export function invalid(field: string, message: string): PrebookError {
  return new PrebookError('VALIDATION_ERROR', { message, field, issues: [{ path: field, message }] })
}
