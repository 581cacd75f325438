import { describe, expect, test } from 'vitest'
import { invalid, hasReason, PrebookError, reasons, type Reason } from './errors.ts'

/** The expected tRPC code and HTTP status of each reason. Add each new reason here too. */
const expected: { trpc: string; http: number; reasons: Reason[] }[] = [
  {
    trpc: 'NOT_FOUND',
    http: 404,
    reasons: [
      'BOOK_NOT_FOUND',
      'PREBOOK_NOT_FOUND',
      'USER_NOT_FOUND',
      'WAITLIST_NOT_FOUND',
      'DELIVERY_NOT_FOUND',
      'TOKEN_NOT_FOUND',
      'SESSION_NOT_FOUND',
      'ROUTE_NOT_FOUND',
    ],
  },
  {
    trpc: 'CONFLICT',
    http: 409,
    reasons: [
      'PREBOOK_BOOK_IN_STOCK',
      'PREBOOK_BOOK_WITHDRAWN',
      'PREBOOK_DUPLICATE',
      'PREBOOK_ALREADY_CANCELLED',
      'BOOK_ISBN_CONFLICT',
      'AUTH_EMAIL_TAKEN',
      'STOCK_CONFLICT',
      'STOCK_NEGATIVE',
      'STOCK_IDEMPOTENCY_MISMATCH',
      'IDEMPOTENCY_KEY_IN_FLIGHT',
      'DELIVERY_NOT_REDRIVABLE',
      'USER_LAST_ADMIN',
      'INVITATION_PENDING',
    ],
  },
  { trpc: 'UNAUTHORIZED', http: 401, reasons: ['AUTH_REQUIRED', 'AUTH_INVALID_CREDENTIALS'] },
  {
    trpc: 'FORBIDDEN',
    http: 403,
    reasons: ['AUTH_FORBIDDEN', 'AUTH_SCOPE_MISSING', 'AUTH_ACCOUNT_DEACTIVATED', 'CSRF_REFUSED'],
  },
  { trpc: 'PRECONDITION_FAILED', http: 410, reasons: ['AUTH_LINK_INVALID'] },
  { trpc: 'METHOD_NOT_SUPPORTED', http: 405, reasons: ['METHOD_NOT_ALLOWED'] },
  { trpc: 'PAYLOAD_TOO_LARGE', http: 413, reasons: ['PAYLOAD_TOO_LARGE'] },
  { trpc: 'UNSUPPORTED_MEDIA_TYPE', http: 415, reasons: ['UNSUPPORTED_MEDIA_TYPE'] },
  { trpc: 'BAD_REQUEST', http: 400, reasons: ['BATCH_TOO_LARGE'] },
  { trpc: 'TOO_MANY_REQUESTS', http: 429, reasons: ['RATE_LIMITED'] },
  // Its status differs: REST answers 422 if the input is well-formed but invalid, tRPC answers 400.
  { trpc: 'BAD_REQUEST', http: 422, reasons: ['VALIDATION_ERROR'] },
  {
    trpc: 'UNPROCESSABLE_CONTENT',
    http: 422,
    reasons: ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_REFUSED'],
  },
  { trpc: 'SERVICE_UNAVAILABLE', http: 503, reasons: ['STORE_BUSY', 'MAIL_NOT_CONFIGURED'] },
  { trpc: 'INTERNAL_SERVER_ERROR', http: 500, reasons: ['INTERNAL_ERROR'] },
]

describe('the error table', () => {
  test.each(
    expected.flatMap(({ reasons: names, ...codes }) => names.map((reason) => ({ reason, ...codes }))),
  )('maps $reason to $trpc and $http', ({ reason, trpc, http }) => {
    expect(reasons[reason]).toMatchObject({ trpc, http })
  })

  test('contains no other reason', () => {
    expect(Object.keys(reasons).toSorted()).toEqual(expected.flatMap((row) => row.reasons).toSorted())
  })

  test.each(Object.entries(reasons))(
    '%s has a unique message that is a complete sentence',
    (_reason, entry) => {
      expect(entry.message).toMatch(/^[A-Z][^\n]{8,}[.]$/)
      expect(Object.values(reasons).filter((other) => other.message === entry.message)).toHaveLength(1)
    },
  )
})

describe('PrebookError', () => {
  test('has the default message of its reason and no details', () => {
    const error = new PrebookError('BOOK_NOT_FOUND')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'PrebookError',
      reason: 'BOOK_NOT_FOUND',
      message: reasons.BOOK_NOT_FOUND.message,
      field: null,
      issues: null,
      retryAfterSeconds: null,
    })
  })

  test('carries the given options', () => {
    const cause = new Error('The cause.')
    const issues = [{ path: 'items.0.isbn', message: 'Must be an ISBN.' }]
    const options = { message: 'Check the ISBN.', field: 'isbn', issues, retryAfterSeconds: 3, cause }
    expect(new PrebookError('VALIDATION_ERROR', options)).toMatchObject(options)
  })
})

test('hasReason() matches a PrebookError with that reason and nothing else', () => {
  const busy = new PrebookError('STORE_BUSY')
  expect(hasReason(busy, 'STORE_BUSY')).toBe(true)
  expect(hasReason(busy, 'RATE_LIMITED')).toBe(false)
  for (const other of [{ reason: 'STORE_BUSY' }, new Error('STORE_BUSY'), 'STORE_BUSY', null, undefined])
    expect(hasReason(other, 'STORE_BUSY')).toBe(false)
})

test('invalid() creates a validation error about one field', () => {
  expect(invalid('delta', 'Too many.')).toMatchObject({
    reason: 'VALIDATION_ERROR',
    message: 'Too many.',
    field: 'delta',
    issues: [{ path: 'delta', message: 'Too many.' }],
  })
})
