import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import {
  createClient,
  explainError,
  isPrebookError,
  type ClientOptions,
  type PrebookFailure,
} from './index.ts'
import { caught } from './testing/caught.ts'
import {
  unusedAddress,
  answerWith,
  closeConnection,
  refuseWith,
  respondWith,
  serve,
  serveInSequence,
  neverAnswer,
} from './testing/servers.ts'

/** What most failures without a response have. */
const unknownDetails = { retryAfterSeconds: null, requestId: null }

/** The failure of a mutation without an idempotency key, which is not retried if the server is unreachable. */
async function failureAt(url: string, options: Partial<ClientOptions> = {}): Promise<PrebookFailure> {
  const client = createClient({ url, ...options })
  return explainError(await caught(client.prebooks.create.mutate({ bookId: 1 })))
}

describe('a refusal', () => {
  test('has the reason, the message and the details of the server', async () => {
    await using api = await spawnApi()
    const client = createClient({ url: api.url })
    expect(await failureAt(api.url)).toEqual({
      kind: 'refused',
      reason: 'AUTH_REQUIRED',
      message: 'Sign in to continue.',
      field: null,
      issues: null,
      retryAfterSeconds: null,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(
      explainError(await caught(client.auth.register.mutate({ email: 'x', password: 'y' }))),
    ).toMatchObject({
      kind: 'refused',
      reason: 'VALIDATION_ERROR',
      field: 'email',
      issues: [{ path: 'email' }, { path: 'password' }],
    })
  })

  test('can apply to every call of a request', async () => {
    const data = { code: 'PAYLOAD_TOO_LARGE', httpStatus: 413, reason: 'PAYLOAD_TOO_LARGE' }
    const body = JSON.stringify({ error: { code: -32013, message: 'Too large.', data } })
    await using server = await serve(respondWith(body, 413, 'application/json'))
    const failures = await Promise.all([failureAt(server.url), failureAt(server.url)])
    for (const failure of failures) {
      expect(failure).toMatchObject({ kind: 'refused', reason: 'PAYLOAD_TOO_LARGE', message: 'Too large.' })
    }
  })

  test.each(['PREBOOK_BOOK_EMBARGOED', 'constructor', '__proto__', ''])(
    'with the reason %j of a newer server is an unknown reason',
    async (reason) => {
      await using server = await serve(refuseWith(reason))
      const error = await caught(createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 }))
      expect(explainError(error)).toEqual({
        kind: 'unknown-reason',
        reason,
        message: 'The message of the server.',
        ...unknownDetails,
      })
      expect(isPrebookError(error)).toBe(true)
      expect(isPrebookError(error, 'PREBOOK_DUPLICATE')).toBe(false)
    },
  )

  test('of an older server has null for missing details', async () => {
    const data = { code: 'CONFLICT', httpStatus: 409, reason: 'PREBOOK_DUPLICATE' }
    const body = JSON.stringify([{ error: { code: -32009, message: 'Twice.', data } }])
    await using server = await serve(respondWith(body, 409, 'application/json'))
    expect(await failureAt(server.url)).toEqual({
      kind: 'refused',
      reason: 'PREBOOK_DUPLICATE',
      message: 'Twice.',
      field: null,
      issues: null,
      retryAfterSeconds: null,
      requestId: null,
    })
  })
})

describe('unreachable', () => {
  test('covers a server that does not listen', async () => {
    const url = await unusedAddress()
    expect(await failureAt(url)).toEqual({
      kind: 'unreachable',
      message: `${url} cannot be reached (ECONNREFUSED).`,
      ...unknownDetails,
    })
  })

  test('covers a connection closed before or during the response', async () => {
    await using server = await serveInSequence(closeConnection, (request, response) => {
      response
        .writeHead(200, { 'content-length': '1000' })
        .write('[{"result":', () => request.socket.destroy())
    })
    for (const _ of ['before', 'during']) {
      const failure = await failureAt(server.url)
      expect(failure).toMatchObject({ kind: 'unreachable' })
      expect(failure.message).toContain(`${server.url} cannot be reached (`)
    }
  })

  test.each([408, 413, 429, 500, 501, 502, 503, 504, 511, 520, 522, 530])(
    'covers a server or proxy that responds with %i',
    async (status) => {
      await using server = await serve(respondWith('<h1>Bad gateway</h1>', status))
      expect(await failureAt(server.url)).toEqual({
        kind: 'unreachable',
        message: `${server.url} is not available (HTTP ${status}).`,
        ...unknownDetails,
      })
    },
  )

  test.each([
    ['120', 120],
    ['0', 0],
    ['in a minute', expect.closeTo(60, -1)],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['soon', null],
    ['', null],
  ])('has the Retry-After of a proxy: %j', async (header, retryAfterSeconds) => {
    await using server = await serve((_request, response) => {
      const time = header === 'in a minute' ? new Date(Date.now() + 60_000).toUTCString() : header
      response.writeHead(503, { 'retry-after': time, 'x-request-id': 'of the proxy' }).end()
    })
    expect(await failureAt(server.url, { retries: 0 })).toMatchObject({
      kind: 'unreachable',
      retryAfterSeconds,
      requestId: 'of the proxy',
    })
  })

  test('covers what answers in place of a server that was seen before, such as a captive portal', async () => {
    await using server = await serveInSequence(
      answerWith({ id: 1 }),
      respondWith('<h1>Sign in to this network</h1>'),
      refuseWith('PREBOOK_DUPLICATE'),
      respondWith('{"detail":"Not Found"}', 404, 'application/json'),
    )
    const client = createClient({ url: server.url, retries: 0 })
    const failures: PrebookFailure[] = []
    for (let call = 0; call < 4; call += 1) {
      failures.push(
        explainError(await client.prebooks.create.mutate({ bookId: 1 }).catch((error: unknown) => error)),
      )
    }
    expect(failures.map(({ kind }) => kind)).toEqual(['unknown', 'unreachable', 'refused', 'unreachable'])
    expect(failures[1]?.message).toBe(`A proxy or network answered in place of ${server.url} (HTTP 200).`)
  })

  test('covers any value that a custom fetch throws', async () => {
    for (const thrown of [new Error('offline'), 'offline', undefined, null]) {
      // oxlint-disable-next-line typescript/only-throw-error -- custom code can throw anything
      const fetch = () => Promise.reject(thrown)
      expect(await failureAt('http://127.0.0.1:1', { fetch })).toEqual({
        kind: 'unreachable',
        message: 'http://127.0.0.1:1 cannot be reached.',
        ...unknownDetails,
      })
    }
  })
})

describe('not Prebook', () => {
  const refusal = { code: -32009, message: 'No.', data: { reason: 'PREBOOK_DUPLICATE' } }
  test.each([
    ['a page', '<h1>It works!</h1>'],
    ['nothing', ''],
    ['JSON of another shape', '{"detail":"Not Found"}'],
    ['JSON that is not an object', 'null'],
    ['another RPC', '{"jsonrpc":"2.0","result":{"status":"ok"},"id":1}'],
    ['a single result for a batch', '{"result":{"data":{}}}'],
    ['too few answers', '[]'],
    ['too many answers', JSON.stringify([{ error: refusal }, { error: refusal }])],
    ['no data', '[{"result":{}}]'],
    ['an error that is a string', '[{"error":"no"}]'],
    [
      'the error of another tRPC server',
      '[{"error":{"code":-32004,"message":"x","data":{"code":"NOT_FOUND"}}}]',
    ],
    ['an error without a code', JSON.stringify([{ error: { ...refusal, code: undefined } }])],
    ['an error without a message', JSON.stringify([{ error: { ...refusal, message: null } }])],
  ])('covers a server that responds with %s', async (_, body) => {
    for (const status of [200, 401, 404]) {
      await using server = await serve(respondWith(body, status, 'application/json'))
      expect(await failureAt(server.url)).toEqual({
        kind: 'not-prebook',
        message: `${server.url} is not a Prebook server (HTTP ${status}).`,
        ...unknownDetails,
      })
    }
  })
})

describe('timeout', () => {
  // Long enough for a request to arrive on a busy machine.
  const timeoutMs = 500
  const timeout = { kind: 'timeout', message: 'No response within 500 ms.', ...unknownDetails }

  test('covers a server that does not respond, and aborts the request', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    await using server = await serve((request) => request.once('close', resolve))
    expect(await failureAt(server.url, { timeoutMs })).toEqual(timeout)
    await closed
  })

  test('covers a server that does not finish its response', async () => {
    await using server = await serve((_request, response) => response.writeHead(200).write('[{"result":'))
    expect(await failureAt(server.url, { timeoutMs })).toEqual(timeout)
  })

  test('covers a slow token function', async () => {
    await using server = await serve(answerWith({}))
    const { promise: token } = Promise.withResolvers<string>()
    expect(await failureAt(server.url, { timeoutMs, token: () => token })).toEqual(timeout)
    expect(server.requests).toEqual([])
  })

  test('covers all attempts of a call', async () => {
    const busy = refuseWith('STORE_BUSY')
    await using server = await serveInSequence(busy, neverAnswer)
    const client = createClient({ url: server.url, timeoutMs })
    expect(explainError(await caught(client.books.list.query({})))).toEqual(timeout)
    expect(server.requests).toHaveLength(2)
  })

  test('never occurs with Infinity', async () => {
    await using server = await serve((request, response) => {
      // Longer than a timer that overflowed.
      void after(20).then(() => answerWith({ id: 1 })(request, response))
    })
    const client = createClient({ url: server.url, timeoutMs: Infinity })
    expect(await client.prebooks.create.mutate({ bookId: 1 })).toEqual({ id: 1 })
  })
})

describe('aborted', () => {
  const aborted = { kind: 'aborted', message: 'The call was aborted.', ...unknownDetails }

  test('covers a signal aborted during the call, and aborts the request', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    const controller = new AbortController()
    await using server = await serve((request) => {
      request.once('close', resolve)
      controller.abort(new Error('The page was left.'))
    })
    const call = createClient({ url: server.url }).books.list.query({}, { signal: controller.signal })
    const error = await caught(call)
    expect(explainError(error)).toEqual(aborted)
    expect(error).toMatchObject({ cause: { name: 'AbortError' } })
    await closed
  })

  test('covers a signal aborted before the call, and sends nothing', async () => {
    await using server = await serve(answerWith({}))
    const call = createClient({ url: server.url }).books.list.query({}, { signal: AbortSignal.abort() })
    expect(explainError(await caught(call))).toEqual(aborted)
    expect(server.requests).toEqual([])
  })

  test('ends one call of a batch and does not affect the others', async () => {
    const controller = new AbortController()
    const { promise: answer, resolve } = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      controller.abort()
      void answer.then(() => answerWith({ items: [], nextCursor: null })(request, response))
    })
    const client = createClient({ url: server.url })
    const [cancelled, remaining] = [
      client.books.list.query({}, { signal: controller.signal }),
      client.books.list.query({}),
    ]
    expect(explainError(await caught(cancelled))).toEqual(aborted)
    resolve()
    expect(await remaining).toEqual({ items: [], nextCursor: null })
    expect(server.requests).toEqual(['GET /trpc/books.list,books.list'])
  })
})

describe('unknown', () => {
  test.each([
    [new Error('mine'), 'mine'],
    [new DOMException('mine', 'AbortError'), 'mine'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ data: { reason: 'PREBOOK_DUPLICATE' } }, '[object Object]'],
  ])('covers errors that the client did not throw: %o', (error, message) => {
    expect(explainError(error)).toEqual({ kind: 'unknown', message, ...unknownDetails })
    expect(isPrebookError(error)).toBe(false)
  })

  test.each<[string, Partial<ClientOptions>, string]>([
    ['token', { token: () => Promise.reject(new Error('locked')) }, 'locked'],
    [
      'storage',
      { storage: { get: () => Promise.reject(new Error('locked')), set() {}, remove() {} } },
      'locked',
    ],
    ['headers', { headers: () => Promise.reject(new Error('locked')) }, 'locked'],
    ['token with a line break', { token: 'one\ntwo' }, 'The token must be printable ASCII without spaces.'],
  ])('covers an error in the %s of the application, and sends nothing', async (_, options, message) => {
    await using server = await serve(answerWith({}))
    expect(await failureAt(server.url, options)).toEqual({ kind: 'unknown', message, ...unknownDetails })
    expect(server.requests).toEqual([])
  })

  test('covers an input that JSON cannot represent', async () => {
    await using server = await serve(answerWith({}))
    const bookId: unknown = 1n
    const call = createClient({ url: server.url }).prebooks.create.mutate({ bookId: bookId as number })
    expect(explainError(await caught(call))).toMatchObject({ kind: 'unknown' })
    expect(server.requests).toEqual([])
  })
})

test('a call to a server that never responds ends when its signal is aborted', async () => {
  await using server = await serve(neverAnswer)
  const call = createClient({ url: server.url }).books.list.query({}, { signal: AbortSignal.timeout(50) })
  expect(explainError(await caught(call))).toMatchObject({ kind: 'aborted' })
})
