import { connect, type Socket } from 'node:net'
import { WAIT, WAIT_MS } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addBooks, addPerson } from './people.ts'
import type { Answer } from './send.ts'

const json = { 'content-type': 'application/json' }

/** A connection on which a test sends raw bytes, and everything received so far. */
async function connection(api: HostileApi) {
  const { hostname, port } = new URL(api.url)
  const socket: Socket = connect(Number(port), hostname)
  let received = ''
  let closed = false
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
  socket.on('error', () => {})
  socket.on('close', () => (closed = true))
  return {
    send: (bytes: string) => void socket.write(bytes),
    received: () => received,
    expectAnswer: (text: RegExp) => vi.waitFor(() => expect(received).toMatch(text), WAIT),
    expectClose: () => vi.waitFor(() => expect(closed).toBe(true), WAIT),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** A valid import that is about as long as given. */
function importOf(bytes: number, rows = 1): { rows: object[]; dryRun: boolean } {
  const description = 'x'.repeat(Math.min(5_000, Math.floor(bytes / rows)))
  const row = { title: 'Dune', author: 'Frank Herbert', isbn: '9780441013593', priceCents: 1, description }
  return { rows: Array.from({ length: rows }, () => row), dryRun: true }
}

const padded = (bytes: number, fields: object = {}) => {
  const text = JSON.stringify(fields)
  return text + ' '.repeat(bytes - text.length)
}

for (const engine of runnableEngines().slice(0, 1)) {
  // oxlint-disable vitest/expect-expect -- `expectAnswer` and `expectClose` wait for what they expect
  describe('bodies', async () => {
    const api = await startHostileApi(engine)
    afterAll(() => api[Symbol.asyncDispose]())
    await addBooks(api)
    const people = {
      reader: await addPerson(api, 'reader@example.org'),
      staff: await addPerson(api, 'staff@example.org', { role: 'staff' }),
      admin: await addPerson(api, 'admin@example.org', { role: 'admin' }),
      deactivated: await addPerson(api, 'deactivated@example.org', { role: 'admin', active: false }),
    }
    type Caller = keyof typeof people | 'anonymous' | 'expired'
    const headersOf = (caller: Caller): Record<string, string> => {
      if (caller === 'anonymous') return json
      return { ...json, authorization: `Bearer ${caller === 'expired' ? 'x' : people[caller].token}` }
    }
    const post = (caller: Caller, path: string, body: string, method = 'POST'): Promise<Answer> =>
      api.send({ method, path, headers: headersOf(caller), body })

    test.each<[Caller, string, number, string]>([
      ['anonymous', '/trpc/auth.login', 16_384, 'VALIDATION_ERROR'],
      ['anonymous', '/trpc/auth.login', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['anonymous', '/auth/login', 16_384, 'VALIDATION_ERROR'],
      ['anonymous', '/auth/login', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['anonymous', '/trpc/books.import', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['anonymous', '/nowhere', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['anonymous', '/mail/verify', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['reader', '/trpc/prebooks.create', 16_384, 'VALIDATION_ERROR'],
      ['reader', '/trpc/prebooks.create', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['reader', '/trpc/books.import', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['reader', '/books', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['expired', '/trpc/books.import', 16_385, 'AUTH_REQUIRED'],
      ['deactivated', '/trpc/books.import', 16_385, 'AUTH_ACCOUNT_DEACTIVATED'],
      ['staff', '/trpc/prebooks.create', 65_536, 'VALIDATION_ERROR'],
      ['staff', '/trpc/prebooks.create', 65_537, 'PAYLOAD_TOO_LARGE'],
      ['staff', '/books', 65_536, 'VALIDATION_ERROR'],
      ['staff', '/books', 65_537, 'PAYLOAD_TOO_LARGE'],
      ['staff', '/trpc/users.setRole', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['admin', '/trpc/users.setRole', 65_536, 'VALIDATION_ERROR'],
      ['staff', '/trpc/books.import', 3_000_000, 'VALIDATION_ERROR'],
      ['staff', '/trpc/books.import', 3_000_001, 'PAYLOAD_TOO_LARGE'],
      ['staff', '/trpc/stock.set,books.import?batch=1', 3_000_000, 'VALIDATION_ERROR'],
      ['staff', '/trpc/stock.set,books.import?batch=1', 3_000_001, 'PAYLOAD_TOO_LARGE'],
      ['staff', '/trpc/stock.set,books.import', 16_385, 'PAYLOAD_TOO_LARGE'],
      ['anonymous', `/trpc/${'auth.login,'.repeat(10)}auth.login?batch=1`, 16_385, 'BATCH_TOO_LARGE'],
      ['reader', '/trpc/prebooks.list,books.import?batch=1', 16_385, 'PAYLOAD_TOO_LARGE'],
    ])('of %s to %s with %i bytes: %s', async (caller, path, bytes, reason) => {
      const { text, headers } = await post(caller, path, padded(bytes))
      expect(text).toContain(`"${reason}"`)
      // The rest of a body that is not read is still arriving.
      expect(headers.connection === 'close').toBe(reason !== 'VALIDATION_ERROR')
    })

    test('of an import is accepted up to its rows, by staff only', async () => {
      const body = JSON.stringify(importOf(2_000_000, 100))
      expect((await post('staff', '/trpc/books.import', body)).status).toBe(200)
      expect((await post('reader', '/trpc/books.import', body)).status).toBe(413)
    })

    test.each(['/auth/login', '/trpc/auth.login'])('of %s have bounded nesting and keys', async (path) => {
      const keys = (count: number) =>
        `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`
      const [deep, many, most] = [
        await post('anonymous', path, '['.repeat(10_000)),
        await post('anonymous', path, keys(201)),
        await post('anonymous', path, keys(200)),
      ]
      expect(deep.text).toContain('Must be nested at most 20 levels deep.')
      expect(many.text).toContain('Must have at most 200 fields and items in total.')
      expect(most.text).toContain('Unknown field.')
      for (const answer of [deep, many, most]) {
        expect([400, 422]).toContain(answer.status)
        expect(answer.text).toContain('"VALIDATION_ERROR"')
        // They were received completely, so the connection is still of use.
        expect(answer.headers.connection).not.toBe('close')
      }
    })

    test('of staff may have more keys, even if they are small', async () => {
      const body = JSON.stringify(importOf(1_000, 100))
      expect(body.length).toBeLessThan(16_384)
      expect((await post('staff', '/trpc/books.import', body)).status).toBe(200)
      expect((await post('reader', '/trpc/books.import', body)).text).toContain('"VALIDATION_ERROR"')
      const items = JSON.stringify({ rows: Array.from({ length: 4_100 }, () => 0) })
      expect((await post('staff', '/trpc/books.import', items)).text).toContain('at most 4000 fields')
    })

    const head = (caller: Caller, path: string, more: string) =>
      [
        `POST ${path} HTTP/1.1`,
        'Host: x',
        ...Object.entries(headersOf(caller)).map(([name, value]) => `${name}: ${value}`),
        `${more}\r\n\r\n`,
      ].join('\r\n')

    test('that are too large by their length are refused before a byte is sent', async () => {
      for (const caller of ['anonymous', 'reader'] as const) {
        using open = await connection(api)
        open.send(head(caller, '/trpc/books.import', 'Content-Length: 100000'))
        await open.expectAnswer(/^HTTP\/1\.1 413 [\s\S]*PAYLOAD_TOO_LARGE/)
        await open.expectClose()
      }
    })

    test('in chunks are refused as soon as they are too large', async () => {
      using open = await connection(api)
      open.send(head('reader', '/trpc/books.import', 'Transfer-Encoding: chunked'))
      open.send(`4000\r\n${' '.repeat(16_384)}\r\n`)
      open.send('1\r\n \r\n')
      await open.expectAnswer(/^HTTP\/1\.1 413 /)
      await open.expectClose()
    })

    test.each(['Content-Length', 'chunks'])(
      'by %s: the session is looked up, then the rest is read',
      async (by) => {
        using open = await connection(api)
        const body = JSON.stringify(importOf(100_000, 25))
        expect(body.length).toBeGreaterThan(65_536)
        const size = by === 'chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
        open.send(head('staff', '/trpc/books.import', size))
        const parts = [body.slice(0, 20_000), body.slice(20_000)]
        for (const part of parts)
          open.send(by === 'chunks' ? `${part.length.toString(16)}\r\n${part}\r\n` : part)
        if (by === 'chunks') open.send('0\r\n\r\n')
        await open.expectAnswer(/^HTTP\/1\.1 200 [\s\S]*"outcome":"created"/)
        // The connection serves another request.
        open.send('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
        await open.expectAnswer(/HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 200 /)
      },
    )

    test('that are refused while they arrive do not lose the response', async () => {
      const body = 'x'.repeat(250_000)
      for (let round = 0; round < 20; round += 1) {
        const { status, headers } = await post('anonymous', '/trpc/auth.login', body)
        expect([status, headers.connection]).toEqual([413, 'close'])
      }
    })

    test('that never end hold their connection for a short time', async () => {
      using open = await connection(api)
      open.send(head('anonymous', '/auth/login', 'Content-Length: 100000'))
      await open.expectAnswer(/^HTTP\/1\.1 413 /)
      await open.expectClose()
    })

    test('leave the connection usable when they are malformed', async () => {
      using open = await connection(api)
      for (const path of ['/auth/login', '/trpc/auth.login'])
        open.send(`${head('anonymous', path, 'Content-Length: 1')}{`)
      open.send('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
      await open.expectAnswer(/^HTTP\/1\.1 422 [\s\S]*HTTP\/1\.1 400 [\s\S]*HTTP\/1\.1 200 /)
    })
  })

  describe('refused bodies', async () => {
    const limit = 12
    const api = await startHostileApi(engine, {
      REFUSED_BODIES_PER_HOUR: String(limit),
      TRUSTED_PROXIES: '1',
    })
    afterAll(() => api[Symbol.asyncDispose]())
    const post = (from: string, path: string, body: string) =>
      api.send({ method: 'POST', path, headers: { ...json, 'x-forwarded-for': from }, body })
    const sound = { email: 'unknown@example.org', password: 'a wrong password' }

    test(
      'count per network, whatever was wrong; then they get RATE_LIMITED, and sound ones are served',
      async () => {
        const bad = ['{', '['.repeat(100), `[${'0,'.repeat(500)}0]`, ' '.repeat(20_000)]
        const send = async () => {
          const statuses = []
          for (const body of bad)
            for (const path of ['/auth/login', '/trpc/auth.login', '/trpc/auth.login?batch=1'])
              statuses.push((await post('192.0.2.1', path, body)).status)
          return statuses
        }
        // What zod refuses does not count.
        for (let round = 0; round < limit; round += 1)
          expect((await post('192.0.2.1', '/auth/login', '{"x":1}')).status).toBe(422)
        expect(await send()).toEqual([422, 400, 400, 422, 400, 400, 422, 400, 400, 413, 413, 413])
        expect(new Set(await send())).toEqual(new Set([429]))
        const refused = await post('192.0.2.1', '/trpc/auth.login', '{')
        expect(JSON.parse(refused.text)).toMatchObject({ error: { data: { reason: 'RATE_LIMITED' } } })
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500)
        expect((await post('192.0.2.1', '/auth/login', JSON.stringify(sound))).status).toBe(401)
        expect((await post('192.0.2.2', '/auth/login', '{')).status).toBe(422)
      },
      WAIT_MS,
    )

    test('of an IPv6 /64 count together', async () => {
      for (let host = 1; host <= limit; host += 1)
        expect((await post(`2001:db8::${host}`, '/auth/login', '{')).status).toBe(422)
      expect((await post('2001:db8::ffff', '/auth/login', '{')).status).toBe(429)
      expect((await post('2001:db8:0:1::1', '/auth/login', '{')).status).toBe(422)
    })
  })
}
