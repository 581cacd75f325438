import { WAIT_MS } from '@prebook/testing/bounds'
import { connect } from 'node:net'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { changedTables, fingerprint } from './fingerprint.ts'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addPerson, PASSWORD } from './people.ts'

const json = { 'content-type': 'application/json' }
const endpoints = [
  { name: 'REST', path: '/auth/login' },
  { name: 'tRPC', path: '/trpc/auth.login' },
  { name: 'a tRPC batch', path: '/trpc/auth.login?batch=1' },
]

/** Sends raw bytes, which may not be a valid request, and returns the response once the server closes the connection. */
function sendBytes(api: HostileApi, bytes: string): Promise<string> {
  const { hostname, port } = new URL(api.url)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname)
    socket.setTimeout(10_000, () =>
      socket.destroy(new Error(`The connection stays open after ${JSON.stringify(bytes)}`)),
    )
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
    socket.end(bytes, 'latin1')
  })
}

/** The errors logged since a mark. */
function loggedErrors(api: HostileApi, mark: number): string[] {
  return api.lines.slice(mark).filter((line) => (JSON.parse(line) as { level: number }).level >= 50)
}

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  await addPerson(api, 'reader@example.org')

  describe.each(endpoints)('malformed HTTP through $name', ({ path }) => {
    test('a body that is too large is refused unread, and the connection is closed', async () => {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000`
      const answer = await sendBytes(api, `${head}\r\n\r\n{"email":"a@example.org"`)
      expect(answer).toMatch(/^HTTP\/1\.1 413 /)
      expect(answer).toContain('"PAYLOAD_TOO_LARGE"')
      // The body is still arriving, so a client could not get a response to another request.
      expect(answer).toMatch(/^connection: close$/im)
    })

    test.each([
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/jsonp',
      'application/json-patch+json',
    ])('the content type %s is refused before the body is read', async (type) => {
      const body = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@example.org\r\n--x--\r\n'
      const answer = await api.send({ method: 'POST', path, headers: { 'content-type': type }, body })
      expect(answer.status).toBe(415)
      expect(answer.text).toContain('"UNSUPPORTED_MEDIA_TYPE"')
      expect(answer.headers['content-type']).toMatch(/^application\/(problem\+)?json/)
    })
  })

  test.each(['$&', '$$', "$'", '$`', '$1', '$<a>', '\\u0000', '%s', '__proto__'])(
    'the error for the unknown field %j names it exactly',
    async (name) => {
      const body = `{"email":"a@example.org","password":"x",${JSON.stringify(name)}:1}`
      const { text } = await api.send({ method: 'POST', path: '/auth/login', headers: json, body })
      const message = 'Unknown field.'
      expect(JSON.parse(text)).toMatchObject({
        detail: `${name}: ${message}`,
        code: 'VALIDATION_ERROR',
        field: name,
        errors: [{ path: name, message }],
      })
    },
  )

  test.each(endpoints)('a long field name does not inflate the response through $name', async ({ path }) => {
    const body = `{"email":"a@example.org","password":"x","${'$&'.repeat(8_000)}":1}`
    const whole = path.includes('batch') ? `{"0":${body}}` : body
    const mark = api.lines.length
    const answer = await api.send({ method: 'POST', path, headers: json, body: whole })
    expect([400, 422]).toContain(answer.status)
    expect(answer.text.length).toBeLessThan(10 * whole.length)
    expect(loggedErrors(api, mark)).toEqual([])
  })

  test.each([
    'books:',
    'books:0',
    'books:-1',
    'books:1.5',
    'books:1e3',
    'books:NaN',
    ':1',
    'prebooks:1',
    '1',
    '\0',
  ])('the cursor %j, which is not from a page of books, is refused', async (text) => {
    const cursor = Buffer.from(text).toString('base64url')
    const rest = await api.send({ method: 'GET', path: `/books?cursor=${cursor}` })
    const trpc = await api.send({ method: 'GET', path: `/trpc/books.list?input={"cursor":"${cursor}"}` })
    expect([rest.status, trpc.status]).toEqual([422, 400])
    for (const answer of [rest, trpc]) expect(answer.text).toContain('"field":"cursor"')
  })

  test('a cookie sign-in that asks for streaming sets the cookie or starts no session', async () => {
    const before = await fingerprint(api.store)
    const answer = await api.send({
      method: 'POST',
      path: '/trpc/auth.login?batch=1',
      headers: { ...json, origin: api.url, 'trpc-accept': 'application/jsonl' },
      body: `{"0":{"email":"reader@example.org","password":"${PASSWORD}","session":"cookie"}}`,
    })
    // A streamed response sends its headers before the session starts, so its token would be lost.
    const [cookie] = answer.headers['set-cookie'] ?? []
    const changed = changedTables(before, await fingerprint(api.store))
    expect(changed.length).toBe(/^prebook_session=\w+;/.test(cookie ?? '') ? 1 : 0)
  })

  const closing = 'Connection: close\r\n\r\n'
  const posting = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  test.each([
    ['not HTTP', 'GARBAGE\r\n\r\n'],
    ['an unknown HTTP version', `GET /books HTTP/9.9\r\nHost: x\r\n${closing}`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no host', 'GET /books HTTP/1.1\r\n\r\n'],
    ['a host with a space in it', `GET /books HTTP/1.1\r\nHost: a b\r\n${closing}`],
    ['a host with an invalid port', `GET /books HTTP/1.1\r\nHost: x:99999\r\n${closing}`],
    ['a host with an incomplete address', `GET /books HTTP/1.1\r\nHost: [::1\r\n${closing}`],
    ['an invalid absolute address', `GET http://[::1 HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['a path without its slash', `GET books HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['NUL in the path', `GET /bo\0oks HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['a non-ASCII byte in the path', `GET /b\u00ffoks HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['NUL in a header', `GET /books HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n${closing}`],
    ['too many headers', `GET /books HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(5_000)}\r\n`],
    [
      'both a length and chunks',
      `${posting}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n`,
    ],
    ['two lengths', `${posting}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`],
    ['a negative length', `${posting}Content-Length: -5\r\n\r\n{}`],
  ])('%s is refused with an empty body, and the service keeps running', async (_what, bytes) => {
    const before = await fingerprint(api.store)
    const mark = api.lines.length
    const [head = '', body = ''] = (await sendBytes(api, bytes)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 (400|431) /)
    expect(body.replace(/^0(\r\n)?/, '')).toBe('')
    expect(await fingerprint(api.store)).toEqual(before)
    expect((await api.send({ method: 'GET', path: '/readyz' })).status).toBe(200)
    expect(loggedErrors(api, mark)).toEqual([])
  })

  test.each([
    ['that ends before its length', `${posting}Content-Length: 500\r\n\r\n{"email":`],
    ['with an invalid chunk', `${posting}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`],
  ])('a body %s is not logged as an error', async (_what, bytes) => {
    for (const path of ['/auth/login', '/trpc/auth.login']) {
      const mark = api.lines.length
      await sendBytes(api, bytes.replace('/auth/login', path))
      await vi.waitUntil(() => api.lines.slice(mark).some((line) => line.includes(`"${path}"`)), {
        timeout: WAIT_MS,
      })
      expect(loggedErrors(api, mark)).toEqual([])
    }
  })

  test('path traversal reaches no file and no other site', async () => {
    const addresses = [
      '/books/..',
      '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/docs/../../package.json',
      '/docs/%2e%2e%2f%2e%2e%2fpackage.json',
      '/docs/..%5c..%5cpackage.json',
      '/docs/%00',
      '/trpc/..%2f..%2fpackage.json',
      '//evil.example/',
      '//evil.example/%2e%2e',
      'http://evil.example/docs/',
    ]
    for (const path of addresses) {
      const { status, headers, text } = await api.send({ method: 'GET', path })
      expect(status).toBeLessThan(500)
      expect(text).not.toMatch(/root:|"dependencies"|@prebook/)
      expect(new URL(headers.location ?? '/', api.url).origin).toBe(api.url)
    }
  })
}
