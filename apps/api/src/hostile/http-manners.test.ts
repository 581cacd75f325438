import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addPerson } from './people.ts'
import type { Answer } from './send.ts'

const json = { 'content-type': 'application/json' }

function decoded({ headers, bytes }: Answer): string {
  const coding = headers['content-encoding']
  const content =
    coding === 'br' ? brotliDecompressSync(bytes) : coding === 'gzip' ? gunzipSync(bytes) : bytes
  return content.toString()
}

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  await addBooks(api, 30)
  const reader = await addPerson(api, 'reader@example.org')
  const staff = await addPerson(api, 'staff@example.org', { role: 'staff' })
  const get = (path: string, headers: Record<string, string> = {}) =>
    api.send({ method: 'GET', path, headers })

  describe('compression', () => {
    const large = [
      '/books?limit=30',
      '/trpc/books.list?input={"limit":30}',
      '/trpc/books.list,books.get?batch=1&input={"0":{"limit":30},"1":{"bookId":1}}',
      '/openapi.json',
    ]

    test.each(large)('%s is compressed for clients that ask for it', async (path) => {
      const plain = await get(path)
      expect(plain.headers).not.toHaveProperty('content-encoding')
      for (const [accepted, coding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip, deflate', 'gzip'],
        ['br;q=0.1, gzip;q=0.2', 'gzip'],
        ['*', 'br'],
        ['identity, br;q=0.5', undefined],
        ['br;q=0, gzip;q=0', undefined],
        ['zstd', undefined],
        ['', undefined],
      ] as const) {
        const answer = await get(path, { 'accept-encoding': accepted })
        expect([accepted, answer.headers['content-encoding'], answer.status]).toEqual([accepted, coding, 200])
        expect(decoded(answer)).toBe(plain.text)
        const most = plain.bytes.length / (coding === undefined ? 1 : 3)
        expect(answer.bytes.length).toBeLessThanOrEqual(most)
        expect(answer.headers['content-length']).toBe(String(answer.bytes.length))
        expect(answer.headers['content-type']).toBe('application/json')
        // Caches must keep the codings apart, whichever one they get first.
        expect(answer.headers.vary?.toLowerCase().split(/, */)).toContain('accept-encoding')
      }
    })

    test('answers to other methods are compressed, too', async () => {
      const headers = { ...json, authorization: `Bearer ${staff.token}`, 'accept-encoding': 'br' }
      const rows = Array.from({ length: 60 }, () => ({}))
      const body = JSON.stringify({ rows, dryRun: true })
      const answer = await api.send({ method: 'POST', path: '/trpc/books.import', headers, body })
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'br'])
      expect(decoded(answer)).toContain('"outcome":"invalid"')
    })

    test('a short body is sent as it is, unless the client accepts no such thing', async () => {
      for (const path of ['/books/1', '/trpc/books.get?input={"bookId":1}', '/nowhere', '/livez']) {
        const answer = await get(path, { 'accept-encoding': 'gzip, br' })
        expect([path, answer.headers['content-encoding']]).toEqual([path, undefined])
      }
      const answer = await get('/books/1', { 'accept-encoding': 'gzip, identity;q=0' })
      expect(answer.headers['content-encoding']).toBe('gzip')
      expect(JSON.parse(decoded(answer))).toMatchObject({ id: 1 })
    })

    test('a cookie that a batch sets is not lost', async () => {
      const calls = { 0: { email: 'new@example.org', password: 'a long enough secret', session: 'cookie' } }
      const answer = await api.send({
        method: 'POST',
        path: '/trpc/auth.register?batch=1',
        headers: { ...json, origin: api.url, 'accept-encoding': 'gzip, identity;q=0' },
        body: JSON.stringify(calls),
      })
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'gzip'])
      expect(answer.headers['set-cookie']?.join()).toMatch(/prebook_session=\w+/)
    })

    test.each(['prebooks.watch', 'prebooks.watch/'])(
      'the stream %s is never compressed',
      async (procedure) => {
        const { hostname, port } = new URL(api.url)
        const socket = connect(Number(port), hostname)
        let text = ''
        socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        const head = ['Host: x', `Authorization: Bearer ${reader.token}`, 'Accept-Encoding: br, gzip, *;q=0']
        socket.write(`GET /trpc/${procedure} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`)
        await vi.waitFor(() => expect(text).toContain('event: connected'), WAIT)
        socket.destroy()
        expect(text).toMatch(/^HTTP\/1\.1 200 /)
        expect(text).not.toMatch(/content-encoding/i)
      },
    )
  })

  describe('the catalogue', () => {
    const paths = ['/books', '/books?limit=3', '/books?query=book', '/books/1']

    test.each(paths)('%s has an entity tag, which answers 304 until something changes', async (path) => {
      const first = await get(path)
      const tag = String(first.headers.etag)
      expect(tag).toMatch(/^W\/"[\w-]+"$/)
      for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
        for (const method of ['GET', 'HEAD']) {
          const headers = { 'if-none-match': known, 'accept-encoding': 'br' }
          const again = await api.send({ method, path, headers })
          expect([known, again.status, again.text]).toEqual([known, 304, ''])
          for (const name of ['etag', 'cache-control', 'vary'])
            expect([name, again.headers[name]]).toEqual([name, first.headers[name]])
        }
      }
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
      // All codings share the tag.
      expect((await get(path, { 'accept-encoding': 'gzip, identity;q=0' })).headers.etag).toBe(tag)

      await api.store.write((tx) =>
        tx
          .updateTable('books')
          .set((book) => ({ stock_quantity: book('stock_quantity', '+', 1) }))
          .where('id', '=', 1)
          .execute(),
      )
      const changed = await get(path, { 'if-none-match': tag })
      expect([changed.status, changed.headers.etag === tag]).toEqual([200, false])
    })

    test('may be kept by shared caches only when it was sent without credentials', async () => {
      for (const path of paths) {
        expect((await get(path)).headers['cache-control']).toBe('public, no-cache')
        for (const headers of [
          { authorization: `Bearer ${reader.token}` },
          { authorization: 'Bearer expired' },
          { cookie: `prebook_session=${reader.token}` },
          { cookie: 'theme=dark' },
        ])
          expect((await get(path, headers)).headers['cache-control']).toBe('private, no-cache')
      }
    })

    test('varies by everything that its headers depend on', async () => {
      for (const headers of [{}, { origin: 'https://shop.example' }]) {
        const { vary } = (await get('/books', headers)).headers
        expect(vary?.split(/, */).toSorted()).toEqual(['Accept', 'Accept-Encoding', 'Origin'])
      }
    })

    test('nothing else may be kept', async () => {
      const authorization = `Bearer ${reader.token}`
      for (const path of [
        '/books/999',
        '/books?limit=x',
        '/prebooks',
        '/account',
        '/trpc/books.list?input={}',
        '/trpc/books.list?batch=1&input={"0":{}}',
      ]) {
        const { headers, status } = await get(path, { authorization, 'if-none-match': '*' })
        expect([path, status === 304, headers.etag]).toEqual([path, false, undefined])
        expect([path, headers['cache-control']]).toEqual([path, 'no-store'])
      }
    })
  })

  describe('a compressed request body', () => {
    const body = gzipSync(JSON.stringify({ email: 'reader@example.org', password: 'x' }))
    test.each(['gzip', 'br', 'x', 'gzip, gzip', 'identity, gzip'])(
      'with Content-Encoding: %s is refused with what would be accepted',
      async (coding) => {
        for (const path of ['/auth/login', '/trpc/auth.login', '/trpc/auth.login?batch=1', '/nowhere']) {
          const headers = { ...json, 'content-encoding': coding }
          const answer = await api.send({ method: 'POST', path, headers, body })
          expect([path, answer.status, answer.headers['accept-encoding']]).toEqual([path, 415, 'identity'])
          expect(answer.text).toContain('without a Content-Encoding header')
        }
      },
    )

    test('that would be very large costs nothing but the refusal', async () => {
      const bomb = gzipSync(Buffer.alloc(100_000_000))
      const headers = { ...json, 'content-encoding': 'gzip', authorization: `Bearer ${staff.token}` }
      const answer = await api.send({ method: 'POST', path: '/trpc/books.import', headers, body: bomb })
      expect(answer.status).toBe(415)
    })

    test.each(['identity', ' Identity ', ''])(
      'with Content-Encoding: %j is not compressed',
      async (coding) => {
        const headers = { ...json, 'content-encoding': coding }
        const answer = await api.send({ method: 'POST', path: '/auth/login', headers, body: '{}' })
        expect(answer.status).toBe(422)
      },
    )
  })
}
