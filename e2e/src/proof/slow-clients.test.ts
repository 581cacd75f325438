import { bound, TEST_MS } from '@prebook/testing/bounds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { checkLiveness, MAX_LATENCY_MS, measureLatencies, reportLatencies } from './ask-again.ts'
import { proofEnv } from './people.ts'
import { openSlowSocket, type SlowSocket } from './slow-socket.ts'

/** The longest time until a slow client is disconnected, in milliseconds: about five seconds, more on a busy machine. */
const DISCONNECT_MS = bound(30_000)
const BOUND_MS = TEST_MS

const request = (method: string, path: string, length: number) =>
  `${method} ${path} HTTP/1.1\r\nHost: books.example.org\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
const chunked =
  'POST /trpc/auth.login HTTP/1.1\r\nHost: books.example.org\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'

/** Requests that never complete, in pieces. */
const incomplete: { behaviour: string; pieces: string[] }[] = [
  {
    behaviour: 'sends its headers one byte at a time',
    pieces: `GET /books HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(900)}`.split(''),
  },
  { behaviour: 'stops within its headers', pieces: ['GET /books HTTP/1.1\r\nHost: x\r\n'] },
  { behaviour: 'stops after one byte', pieces: ['G'] },
  { behaviour: 'connects and sends nothing', pieces: [] },
  { behaviour: 'stops within a REST body', pieces: [request('POST', '/auth/login', 100), '{"email":'] },
  { behaviour: 'stops within a tRPC body', pieces: [request('POST', '/trpc/auth.login', 100), '{"email":'] },
  {
    behaviour: 'stops within the body of an unauthorized request',
    pieces: [request('POST', '/prebooks', 100), '{"book'],
  },
  {
    behaviour: 'sends its body one byte at a time',
    pieces: [request('POST', '/auth/login', 1000), ...'"'.padEnd(900, 'a').split('')],
  },
  { behaviour: 'stops between two chunks', pieces: [chunked, '5\r\n{"ema\r\n'] },
]

describe('slow clients', () => {
  let api: ApiProcess
  beforeAll(async () => {
    api = await spawnApi({ env: proofEnv })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test.concurrent.each(incomplete)(
    'a client that $behaviour is disconnected with 408',
    { timeout: BOUND_MS },
    async ({ pieces }) => {
      await using socket = await openSlowSocket(api.url, pieces)
      const { received, openMs } = await within(DISCONNECT_MS, socket.ended)
      expect(received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
      expect(openMs).toBeGreaterThan(1_000)
    },
  )

  test(
    'a client that stops within its second request is disconnected too',
    { timeout: BOUND_MS },
    async () => {
      await using socket = await openSlowSocket(api.url, [
        'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n',
        'GET /li',
      ])
      const { received } = await within(DISCONNECT_MS, socket.ended)
      expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 408'])
    },
  )

  test.each([
    { what: 'idle connections', pieces: [] },
    {
      what: 'connections that drip their headers',
      pieces: 'GET /books HTTP/1.1\r\nHost: x\r\n'.padEnd(400, 'x').split(''),
    },
    { what: 'incomplete bodies', pieces: [request('POST', '/auth/login', 100), '{"email":'] },
  ])(
    'two hundred $what do not block new clients, and are disconnected',
    { timeout: BOUND_MS },
    async ({ what, pieces }) => {
      await using stack = new AsyncDisposableStack()
      const sockets: SlowSocket[] = await Promise.all(
        Array.from({ length: 200 }, async () => stack.use(await openSlowSocket(api.url, pieces))),
      )

      const waits = await measureLatencies(() => requestOnNewConnection(api.url), {
        until: (n, ms) => n >= 20 && ms >= 1_000,
      })
      const stillOpen = sockets.filter((socket) => socket.open()).length
      await within(DISCONNECT_MS, Promise.all(sockets.map((socket) => socket.ended)))

      reportLatencies(`alongside 200 ${what}`, waits)
      expect(stillOpen).toBe(200)
      expect(Math.max(...waits)).toBeLessThan(MAX_LATENCY_MS)
      await checkLiveness(api.url)
      // An incomplete request is not a server error and must not trigger an alert.
      expect(api.output()).not.toMatch(/"level":[56]0/)
    },
  )
})

/** Sends a request on a new connection. */
async function requestOnNewConnection(url: string): Promise<void> {
  const text = 'GET /books HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  await using socket = await openSlowSocket(url, [text])
  const { received } = await within(DISCONNECT_MS, socket.ended)
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`It took longer than ${ms} ms.`)), ms)
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}
