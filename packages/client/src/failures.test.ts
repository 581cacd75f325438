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
  abandonedAddress,
  answering,
  hangingUp,
  refusing,
  saying,
  serve,
  serveInTurn,
  silent,
} from './testing/servers.ts'

/** What becomes of a mutation, which is sent once and never again. */
async function failureAt(url: string, options: Partial<ClientOptions> = {}): Promise<PrebookFailure> {
  const client = createClient({ url, ...options })
  return explainError(await caught(client.prebooks.create.mutate({ bookId: 1 })))
}

describe('a refusal', () => {
  test('is told with its reason, its sentence, and all that the server says beside', async () => {
    await using api = await spawnApi()
    const client = createClient({ url: api.url })
    expect(await failureAt(api.url)).toEqual({
      kind: 'refused',
      reason: 'AUTH_REQUIRED',
      message: 'Sign in to continue.',
      field: null,
      issues: null,
      retryAfterSeconds: null,
      requestId: null,
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

  test('may concern every call of a request at once, before any of them is looked at', async () => {
    const data = { code: 'PAYLOAD_TOO_LARGE', httpStatus: 413, reason: 'PAYLOAD_TOO_LARGE' }
    const body = JSON.stringify({ error: { code: -32013, message: 'Too large.', data } })
    await using server = await serve(saying(body, 413, 'application/json'))
    const failures = await Promise.all([failureAt(server.url), failureAt(server.url)])
    for (const failure of failures) {
      expect(failure).toMatchObject({ kind: 'refused', reason: 'PAYLOAD_TOO_LARGE', message: 'Too large.' })
    }
  })

  test.each(['PREBOOK_BOOK_EMBARGOED', 'constructor', '__proto__', ''])(
    'for the reason %j of a newer server is told apart, with its sentence',
    async (reason) => {
      await using server = await serve(refusing(reason))
      const error = await caught(createClient({ url: server.url }).prebooks.create.mutate({ bookId: 1 }))
      expect(explainError(error)).toEqual({
        kind: 'unknown-reason',
        reason,
        message: 'In the words of the server.',
      })
      expect(isPrebookError(error)).toBe(true)
      expect(isPrebookError(error, 'PREBOOK_DUPLICATE')).toBe(false)
    },
  )

  test('of an older server, which says less beside the reason, has null for the rest', async () => {
    const data = { code: 'CONFLICT', httpStatus: 409, reason: 'PREBOOK_DUPLICATE' }
    const body = JSON.stringify([{ error: { code: -32009, message: 'Twice.', data } }])
    await using server = await serve(saying(body, 409, 'application/json'))
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
  test('is a server that does not listen', async () => {
    const url = await abandonedAddress()
    expect(await failureAt(url)).toEqual({
      kind: 'unreachable',
      message: `${url} cannot be reached (ECONNREFUSED).`,
    })
  })

  test('is a server that hangs up, before its answer or within', async () => {
    await using server = await serveInTurn(hangingUp, (request, response) => {
      response
        .writeHead(200, { 'content-length': '1000' })
        .write('[{"result":', () => request.socket.destroy())
    })
    for (const _ of ['before', 'within']) {
      const failure = await failureAt(server.url)
      expect(failure).toMatchObject({ kind: 'unreachable' })
      expect(failure.message).toContain(`${server.url} cannot be reached (`)
    }
  })

  test.each([502, 503, 504])('is a server for which a proxy answers %i', async (status) => {
    await using server = await serve(saying('<h1>Bad gateway</h1>', status))
    expect(await failureAt(server.url)).toEqual({
      kind: 'unreachable',
      message: `${server.url} is not available (HTTP ${status}).`,
    })
  })

  test('is whatever the given fetch throws, be it no error at all', async () => {
    for (const thrown of [new Error('offline'), 'offline', undefined, null]) {
      // oxlint-disable-next-line typescript/only-throw-error -- what strangers may do
      const fetch = () => Promise.reject(thrown)
      expect(await failureAt('http://127.0.0.1:1', { fetch })).toEqual({
        kind: 'unreachable',
        message: 'http://127.0.0.1:1 cannot be reached.',
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
    ['JSON that is no object', 'null'],
    ['another RPC', '{"jsonrpc":"2.0","result":{"status":"ok"},"id":1}'],
    ['a single result for a batch', '{"result":{"data":{}}}'],
    ['too few answers', '[]'],
    ['too many answers', JSON.stringify([{ error: refusal }, { error: refusal }])],
    ['no data', '[{"result":{}}]'],
    ['an error that is a text', '[{"error":"no"}]'],
    [
      'a tRPC server that gives no reasons',
      '[{"error":{"code":-32004,"message":"x","data":{"code":"NOT_FOUND"}}}]',
    ],
    ['an error without a code', JSON.stringify([{ error: { ...refusal, code: undefined } }])],
    ['an error without a sentence', JSON.stringify([{ error: { ...refusal, message: null } }])],
  ])('is a server that answers with %s', async (_, body) => {
    for (const status of [200, 404, 500]) {
      await using server = await serve(saying(body, status, 'application/json'))
      expect(await failureAt(server.url)).toEqual({
        kind: 'not-prebook',
        message: `${server.url} does not answer like a Prebook server (HTTP ${status}).`,
      })
    }
  })
})

describe('timeout', () => {
  // Long enough for a request to arrive on a busy machine, where that matters.
  const timeoutMs = 500
  const late = { kind: 'timeout', message: 'No answer came within 500 ms.' }

  test('is a server that does not answer, and the request is given up', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    await using server = await serve((request) => request.once('close', resolve))
    expect(await failureAt(server.url, { timeoutMs })).toEqual(late)
    await closed
  })

  test('is a server that does not finish its answer', async () => {
    await using server = await serve((_request, response) => response.writeHead(200).write('[{"result":'))
    expect(await failureAt(server.url, { timeoutMs })).toEqual(late)
  })

  test('is a token that is looked up for too long', async () => {
    await using server = await serve(answering({}))
    const { promise: token } = Promise.withResolvers<string>()
    expect(await failureAt(server.url, { timeoutMs, token: () => token })).toEqual(late)
    expect(server.requests).toEqual([])
  })

  test('counts all attempts of a query together', async () => {
    await using server = await serve(refusing('STORE_BUSY', { retryAfterSeconds: 5 }))
    const client = createClient({ url: server.url, timeoutMs })
    expect(explainError(await caught(client.books.list.query({})))).toEqual(late)
    expect(server.requests).toHaveLength(1)
  })

  test('never comes with Infinity', async () => {
    await using server = await serve((request, response) => {
      // Longer than a timer that overflowed would take.
      void after(20).then(() => answering({ id: 1 })(request, response))
    })
    const client = createClient({ url: server.url, timeoutMs: Infinity })
    expect(await client.prebooks.create.mutate({ bookId: 1 })).toEqual({ id: 1 })
  })
})

describe('aborted', () => {
  const aborted = { kind: 'aborted', message: 'The call was aborted.' }

  test('is a call whose signal says so while it is under way, and the request is given up', async () => {
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

  test('is a call whose signal said so before: nothing is sent', async () => {
    await using server = await serve(answering({}))
    const call = createClient({ url: server.url }).books.list.query({}, { signal: AbortSignal.abort() })
    expect(explainError(await caught(call))).toEqual(aborted)
    expect(server.requests).toEqual([])
  })

  test('ends one call of a batch at once, and leaves the others to be answered', async () => {
    const controller = new AbortController()
    const { promise: answer, resolve } = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      controller.abort()
      void answer.then(() => answering({ items: [], nextCursor: null })(request, response))
    })
    const client = createClient({ url: server.url })
    const [left, kept] = [
      client.books.list.query({}, { signal: controller.signal }),
      client.books.list.query({}),
    ]
    expect(explainError(await caught(left))).toEqual(aborted)
    resolve()
    expect(await kept).toEqual({ items: [], nextCursor: null })
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
  ])('is what the client did not throw: %o', (error, message) => {
    expect(explainError(error)).toEqual({ kind: 'unknown', message })
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
    ['token with a line break', { token: 'one\ntwo' }, 'The token is not one word of ASCII.'],
  ])('is a failure of the application itself, in its %s: nothing is sent', async (_, options, message) => {
    await using server = await serve(answering({}))
    expect(await failureAt(server.url, options)).toEqual({ kind: 'unknown', message })
    expect(server.requests).toEqual([])
  })

  test('is an input that JSON cannot hold', async () => {
    await using server = await serve(answering({}))
    const bookId: unknown = 1n
    const call = createClient({ url: server.url }).prebooks.create.mutate({ bookId: bookId as number })
    expect(explainError(await caught(call))).toMatchObject({ kind: 'unknown' })
    expect(server.requests).toEqual([])
  })
})

test('a silent server keeps no call longer than its own signal allows', async () => {
  await using server = await serve(silent)
  const call = createClient({ url: server.url }).books.list.query({}, { signal: AbortSignal.timeout(50) })
  expect(explainError(await caught(call))).toMatchObject({ kind: 'aborted' })
})
