import { createRequire } from 'node:module'
import type * as Trpc from '@trpc/client'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createClient, explainError, isPrebookError, type PrebookFailure } from './index.ts'
import type { PrebookRouter } from './router.ts'
import { caught } from './testing/caught.ts'
import { neverAnswer, refuseWith, respondWith, serve, unusedAddress } from './testing/servers.ts'

const details = { retryAfterSeconds: 7, requestId: 'request-1' }
const refusing = refuseWith('RATE_LIMITED', details)

/** One error of each kind. */
async function makeErrors() {
  const callAt = (url: string, options: object = {}, signal = new AbortController().signal) =>
    caught(createClient({ url, retries: 0, ...options }).prebooks.create.mutate({ bookId: 1 }, { signal }))
  await using refuses = await serve(refusing)
  await using hangs = await serve(neverAnswer)
  await using newer = await serve(refuseWith('SHOP_CLOSED', details))
  await using page = await serve(respondWith('<h1>It works!</h1>'))
  return {
    refused: await callAt(refuses.url),
    'unknown-reason': await callAt(newer.url),
    unreachable: await callAt(await unusedAddress()),
    timeout: await callAt(hangs.url, { timeoutMs: 50 }),
    aborted: await callAt(hangs.url, {}, AbortSignal.timeout(50)),
    'not-prebook': await callAt(page.url),
  }
}

let errors: Awaited<ReturnType<typeof makeErrors>>
beforeAll(async () => {
  errors = await makeErrors()
})

type Wrap = (error: unknown) => unknown

const ways: [string, Wrap][] = [
  ['as it is', (error) => error],
  ['after structuredClone', (error) => structuredClone(error)],
  ['after two of them', (error) => structuredClone(structuredClone(error))],
  ['as the cause of another error', (error) => new Error('Could not pre-book.', { cause: error })],
  [
    'as a cause that was cloned',
    (error) => structuredClone(new Error('Outer.', { cause: new Error('Inner.', { cause: error }) })),
  ],
  ['as a rejection of the application', (error) => ({ status: 'failed', cause: error })],
  ['after JSON', (error) => JSON.parse(JSON.stringify(error))],
  ['spread into an object', (error) => ({ ...(error as object) })],
  ['as what its cause is', (error) => (error as Error).cause],
  ['as what explainError returns', (error) => explainError(error)],
  ['as what explainError returns, after JSON', (error) => JSON.parse(JSON.stringify(explainError(error)))],
]

describe.each(ways)('an error %s', (_, wrap) => {
  test.each(['refused', 'unknown-reason', 'unreachable', 'timeout', 'aborted', 'not-prebook'] as const)(
    'is recognised as %s',
    (kind) => {
      const original = explainError(errors[kind])
      expect(original.kind).toBe(kind)
      expect(explainError(wrap(errors[kind]))).toEqual(original)
    },
  )

  test('is a refusal with data, for its reason only', () => {
    const error = wrap(errors.refused)
    expect(isPrebookError(error, 'PREBOOK_DUPLICATE')).toBe(false)
    if (!isPrebookError(error, 'RATE_LIMITED')) throw error
    expect(error.data).toMatchObject({ reason: 'RATE_LIMITED', ...details })
    expect(isPrebookError(wrap(errors.unreachable))).toBe(false)
  })
})

test('a second copy of this package recognises the errors of the first', async () => {
  vi.resetModules()
  const second = await import('./index.ts')
  expect(second.explainError).not.toBe(explainError)
  for (const error of Object.values(errors)) {
    expect(second.explainError(error)).toEqual(explainError(error))
    expect(second.isPrebookError(error)).toBe(isPrebookError(error))
  }
})

test('a refusal through the links of another copy of tRPC is recognised', async () => {
  // The CommonJS build shares nothing with the one that the client imports.
  const trpc = createRequire(import.meta.url)('@trpc/client') as typeof Trpc
  await using server = await serve(refusing)
  const client = trpc.createTRPCClient<PrebookRouter>({
    links: [trpc.httpBatchLink({ url: `${server.url}/trpc` })],
  })
  const error = await caught(client.prebooks.create.mutate({ bookId: 1 }))
  expect(explainError(error)).toEqual(explainError(errors.refused))
  expect(explainError(new Error('Mine.', { cause: error }))).toMatchObject({ kind: 'refused', ...details })
  expect(isPrebookError(error, 'RATE_LIMITED')).toBe(true)
})

test('the error says what happened, and its cause is the origin', () => {
  expect(errors.unreachable).toMatchObject({
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\.$/),
    cause: { name: 'TypeError', cause: { message: 'fetch failed', cause: { code: 'ECONNREFUSED' } } },
  })
  expect(errors.aborted).toMatchObject({ cause: { name: 'AbortError' } })
})

describe('an unknown error', () => {
  const circular = new Error('circular')
  circular.cause = new Error('inner', { cause: circular })
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no')
      },
    },
  )
  test.each<[string, unknown, string]>([
    ['that is its own cause', circular, 'circular'],
    ['whose properties throw', hostile, 'Unknown error'],
    ['without a prototype', Object.create(null), 'Unknown error'],
    ['of another realm', { name: 'Error', message: 'elsewhere' }, 'elsewhere'],
    ['with data of its own', Object.assign(new Error('mine'), { data: { reason: 'DUPLICATE' } }), 'mine'],
    ['with a kind of its own', Object.assign(new Error('mine'), { kind: 'timeout' }), 'mine'],
    ['with a kind and a request id of its own', { message: 'S3', kind: 'timeout', requestId: 'AWS-1' }, 'S3'],
    ['with an unknown reason of its own', { message: 'mine', kind: 'unknown-reason' }, 'mine'],
    [
      'of another service with tRPC',
      Object.assign(new Error('mine'), {
        data: { code: 'CONFLICT', httpStatus: 409, reason: 'RATE_LIMITED' },
      }),
      'mine',
    ],
    [
      'whose details throw',
      {
        message: 'mine',
        kind: 'timeout',
        requestId: '1',
        get retryAfterSeconds() {
          throw new Error('no')
        },
      },
      'mine',
    ],
    ['that is a symbol', Symbol('mine'), 'Symbol(mine)'],
  ])('%s is unknown', (_, error, message) => {
    const failure: PrebookFailure = explainError(error)
    expect(failure).toEqual({ kind: 'unknown', message, retryAfterSeconds: null, requestId: null })
    expect(isPrebookError(error)).toBe(false)
  })
})

test('details that are not as the server sends them are left out', () => {
  const sent = {
    kind: 'refused',
    message: 'm',
    requestId: 7,
    retryAfterSeconds: -100,
    issues: 'oops',
    field: {},
  }
  expect(explainError({ ...sent, reason: 'RATE_LIMITED' })).toEqual({
    kind: 'refused',
    message: 'm',
    reason: 'RATE_LIMITED',
    field: null,
    issues: null,
    retryAfterSeconds: null,
    requestId: null,
  })
  expect(explainError({ ...sent, reason: { toString: 1 } })).toMatchObject({
    kind: 'unknown-reason',
    reason: '',
  })
})

test('an error with other data is not a refusal with data', () => {
  const data = { order: 17 }
  const error = Object.assign(new Error('Order 17 failed.', { cause: errors.refused }), { data })
  expect(isPrebookError(error)).toBe(false)
  expect(error.data).toBe(data)
  expect(explainError(error)).toEqual(explainError(errors.refused))
})
