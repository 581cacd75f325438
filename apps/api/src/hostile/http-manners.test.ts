import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addPerson } from './people.ts'
import { readOperations } from './rest-document.ts'
import type { Answer } from './send.ts'

const json = { 'content-type': 'application/json' }
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

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
        '/nowhere',
        '/books/',
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

  describe('methods', () => {
    const pages = [
      ['/livez', 'GET, HEAD, OPTIONS'],
      ['/docs', 'GET, HEAD, OPTIONS'],
      ['/openapi.json', 'GET, HEAD, OPTIONS'],
      ['/mail/cancel', 'GET, HEAD, POST, OPTIONS'],
      ['/', 'GET, HEAD, OPTIONS'],
    ] as const

    test('OPTIONS and 405 name the methods of every address, and HEAD is one where GET is', async () => {
      const operations = await readOperations(api)
      const addresses = [...new Set(operations.map(({ path }) => path.replaceAll(/\{\w+\}/g, '1')))]
      expect(addresses.length).toBeGreaterThan(15)
      const documented = addresses.map((address) => {
        // `/books/import` is no book.
        const own = operations.filter(({ path }) => path === address)
        const matching = operations.filter(({ path }) =>
          new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(address),
        )
        const here = own.length > 0 ? own : matching
        const named = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
        return [address, [...named, 'OPTIONS'].join(', ')] as const
      })
      for (const [path, expected] of [...documented, ...pages]) {
        const sorted = ({ headers }: Answer) => headers.allow?.split(', ').toSorted()
        const options = await api.send({ method: 'OPTIONS', path })
        const wrong = await api.send({ method: 'PROPFIND', path })
        const allowed = expected.split(', ').toSorted()
        expect([path, options.status, options.text, sorted(options)]).toEqual([path, 204, '', allowed])
        expect([path, wrong.status, sorted(wrong)]).toEqual([path, 405, allowed])
        expect(wrong.text).toContain('"METHOD_NOT_ALLOWED"')
      }
    })

    test.each([
      ['books.list', 'GET, HEAD, OPTIONS'],
      ['auth.login', 'POST, OPTIONS'],
      ['prebooks.watch', 'GET, HEAD, OPTIONS'],
      ['books.list,auth.login', 'GET, HEAD, POST, OPTIONS'],
      ['no.such', 'GET, HEAD, POST, OPTIONS'],
    ])('of %s are named, too', async (called, allow) => {
      const path = `/trpc/${called}${called.includes(',') ? '?batch=1' : ''}`
      const options = await api.send({ method: 'OPTIONS', path })
      expect([options.status, options.text, options.headers.allow]).toEqual([204, '', allow])
    })

    test('of a procedure are named when it is called by another', async () => {
      const written = await api.send({ method: 'POST', path: '/trpc/books.list', headers: json, body: '{}' })
      const read = await get('/trpc/auth.login')
      expect([written.status, written.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
      expect([read.status, read.headers.allow]).toEqual([405, 'POST, OPTIONS'])
    })

    test('OPTIONS of an unknown address is refused, and a preflight is none of this', async () => {
      expect((await api.send({ method: 'OPTIONS', path: '/nowhere' })).status).toBe(404)
      const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
      const preflight = await api.send({ method: 'OPTIONS', path: '/auth/login', headers })
      expect([preflight.status, preflight.headers.allow]).toEqual([204, undefined])
      const origin = { origin: headers.origin }
      const asked = await api.send({ method: 'OPTIONS', path: '/auth/login', headers: origin })
      expect([asked.status, asked.headers.allow]).toEqual([204, 'POST, OPTIONS'])
    })

    test('HEAD is answered like GET, without a body', async () => {
      const authorization = `Bearer ${reader.token}`
      for (const path of [
        '/books',
        '/books/1',
        '/books/999',
        '/prebooks',
        '/account',
        '/livez',
        '/docs',
        '/openapi.json',
        '/trpc/books.list?input={}',
        '/trpc/books.get?input={"bookId":999}',
        '/nowhere',
      ]) {
        const headers = { authorization }
        const [whole, head] = [await get(path, headers), await api.send({ method: 'HEAD', path, headers })]
        expect([path, head.status, head.text]).toEqual([path, whole.status, ''])
        for (const name of ['content-type', 'etag', 'cache-control', 'vary'])
          expect([path, name, head.headers[name]]).toEqual([path, name, whole.headers[name]])
      }
    })
  })

  describe('a slash at the end', () => {
    test.each([
      ['GET', '/books/', '/books'],
      ['GET', '/books///', '/books'],
      ['GET', '/books/?query=a%2Fb&limit=3', '/books?query=a%2Fb&limit=3'],
      ['HEAD', '/books/1/', '/books/1'],
      ['GET', '/books/%31/', '/books/%31'],
      ['GET', '/docs/', '/docs'],
      ['GET', '/mail/cancel/?token=a', '/mail/cancel?token=a'],
      ['DELETE', '/prebooks/1/', '/prebooks/1'],
      ['POST', '/auth/login/', '/auth/login'],
      ['GET', 'http://evil.example/books/', '/books'],
    ])('%s %s redirects to %s', async (method, path, location) => {
      for (const headers of [{}, browser]) {
        const answer = await api.send({ method, path, headers })
        expect([answer.status, answer.headers.location, answer.text]).toEqual([308, location, ''])
      }
    })

    test.each([
      '//evil.example/',
      '//evil.example//',
      '//books/',
      '///',
      '/%2Fevil.example/',
      '/nowhere/',
      '/\\evil.example/',
    ])('%s does not redirect', async (path) => {
      for (const headers of [{}, browser]) {
        const answer = await api.send({ method: 'GET', path, headers })
        expect([400, 404]).toContain(answer.status)
        expect(answer.headers).not.toHaveProperty('location')
      }
    })

    test('means nothing to procedures', async () => {
      expect((await get('/trpc/books.list/?input={}')).status).toBe(200)
    })
  })
}
