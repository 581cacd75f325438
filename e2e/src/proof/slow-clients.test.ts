import { TEST_MS } from '@prebook/testing/bounds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { alive, ask, report, STANDSTILL_MS } from './ask-again.ts'
import { proofEnv } from './people.ts'
import { openSlowSocket, type SlowSocket } from './slow-socket.ts'

/** They are sent away after about five seconds; on a busy machine nobody counts so exactly. */
const SENT_AWAY_MS = 8_000
const BOUND_MS = TEST_MS

const request = (method: string, path: string, length: number) =>
  `${method} ${path} HTTP/1.1\r\nHost: books.example.org\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
const chunked =
  'POST /trpc/auth.login HTTP/1.1\r\nHost: books.example.org\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'

/** Requests that never end, in pieces. */
const endless: { who: string; pieces: string[] }[] = [
  {
    who: 'sends its headers one byte at a time',
    pieces: `GET /books HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(900)}`.split(''),
  },
  { who: 'stops within its headers', pieces: ['GET /books HTTP/1.1\r\nHost: x\r\n'] },
  { who: 'stops after one byte', pieces: ['G'] },
  { who: 'connects and says nothing', pieces: [] },
  { who: 'stops within a body for REST', pieces: [request('POST', '/auth/login', 100), '{"email":'] },
  { who: 'stops within a body for tRPC', pieces: [request('POST', '/trpc/auth.login', 100), '{"email":'] },
  { who: 'stops within a body that must be refused', pieces: [request('POST', '/prebooks', 100), '{"book'] },
  {
    who: 'sends its body one byte at a time',
    pieces: [request('POST', '/auth/login', 1000), ...'"'.padEnd(900, 'a').split('')],
  },
  { who: 'stops between two chunks', pieces: [chunked, '5\r\n{"ema\r\n'] },
]

describe('clients that take for ever', () => {
  let api: ApiProcess
  beforeAll(async () => {
    api = await spawnApi({ env: proofEnv })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test.concurrent.each(endless)(
    'one that $who is sent away with 408',
    { timeout: BOUND_MS },
    async ({ pieces }) => {
      await using socket = await openSlowSocket(api.url, pieces)
      const { received, openMs } = await within(SENT_AWAY_MS, socket.ended)
      expect(received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
      expect(openMs).toBeGreaterThan(1_000)
    },
  )

  test('one that asks, is answered and asks by halves is sent away too', { timeout: BOUND_MS }, async () => {
    await using socket = await openSlowSocket(api.url, ['GET /livez HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /li'])
    const { received } = await within(SENT_AWAY_MS, socket.ended)
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 408'])
  })

  test.each([
    { what: 'idle connections', pieces: [] },
    {
      what: 'connections that drip their headers',
      pieces: 'GET /books HTTP/1.1\r\nHost: x\r\n'.padEnd(400, 'x').split(''),
    },
    { what: 'bodies that stop half-way', pieces: [request('POST', '/auth/login', 100), '{"email":'] },
  ])('two hundred $what keep nobody out, and go', { timeout: BOUND_MS }, async ({ what, pieces }) => {
    await using stack = new AsyncDisposableStack()
    const crowd: SlowSocket[] = await Promise.all(
      Array.from({ length: 200 }, async () => stack.use(await openSlowSocket(api.url, pieces))),
    )

    const waits = await ask(() => answerOnNewConnection(api.url), {
      until: (n, ms) => n >= 20 && ms >= 1_000,
    })
    const stillThere = crowd.filter((socket) => socket.open()).length
    await within(SENT_AWAY_MS, Promise.all(crowd.map((socket) => socket.ended)))

    report(`beside 200 ${what}`, waits)
    expect(stillThere).toBe(200)
    expect(Math.max(...waits)).toBeLessThan(STANDSTILL_MS)
    await alive(api.url)
    // Whoever leaves half-way is no fault of ours, and must not wake anybody up.
    expect(api.output()).not.toMatch(/"level":[56]0/)
  })
})

/** A request by somebody who was not connected yet. */
async function answerOnNewConnection(url: string): Promise<void> {
  const text = 'GET /books HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  await using socket = await openSlowSocket(url, [text])
  const { received } = await within(SENT_AWAY_MS, socket.ended)
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
