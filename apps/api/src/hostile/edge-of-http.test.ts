import { WAIT_MS } from '@prebook/testing/bounds'
import { connect } from 'node:net'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { changedTables, fingerprint } from './fingerprint.ts'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addPerson, PASSWORD } from './people.ts'

const json = { 'content-type': 'application/json' }
const doors = [
  { door: 'REST', path: '/auth/login' },
  { door: 'tRPC', path: '/trpc/auth.login' },
  { door: 'tRPC, batched,', path: '/trpc/auth.login?batch=1' },
]

/** What comes back for bytes that are no request, or hardly one. Waits for the server to close the connection. */
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

/** What was logged as a fault since a mark. */
function faults(api: HostileApi, mark: number): string[] {
  return api.lines.slice(mark).filter((line) => (JSON.parse(line) as { level: number }).level >= 50)
}

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  await addPerson(api, 'reader@example.org')

  describe.each(doors)('at the edge of HTTP, through $door', ({ path }) => {
    test('a body that is too large is refused unread, and nothing can follow it', async () => {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000`
      const answer = await sendBytes(api, `${head}\r\n\r\n{"email":"a@example.org"`)
      expect(answer).toMatch(/^HTTP\/1\.1 413 /)
      expect(answer).toContain('"PAYLOAD_TOO_LARGE"')
      // The body is still on its way: a client that sent its next request after it would get no answer.
      expect(answer).toMatch(/^connection: close$/im)
    })

    test.each([
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/jsonp',
      'application/json-patch+json',
    ])('%s is refused for what it is, before anybody looks into it', async (type) => {
      const body = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@example.org\r\n--x--\r\n'
      const answer = await api.send({ method: 'POST', path, headers: { 'content-type': type }, body })
      expect(answer.status).toBe(415)
      expect(answer.text).toContain('"UNSUPPORTED_MEDIA_TYPE"')
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
    })
  })

  test.each(['$&', '$$', "$'", '$`', '$1', '$<a>', '\\u0000', '%s', '__proto__'])(
    'the unknown field %j is named as it is',
    async (name) => {
      const body = `{"email":"a@example.org","password":"x",${JSON.stringify(name)}:1}`
      const { text } = await api.send({ method: 'POST', path: '/auth/login', headers: json, body })
      const message = 'Is not a field of this input.'
      expect(JSON.parse(text)).toEqual({
        detail: `${name}: ${message}`,
        code: 'VALIDATION_ERROR',
        field: name,
        errors: [{ path: name, message }],
      })
    },
  )

  test.each(doors)('through $door a long name of a field does not make a longer answer', async ({ path }) => {
    const body = `{"email":"a@example.org","password":"x","${'$&'.repeat(100_000)}":1}`
    const whole = path.includes('batch') ? `{"0":${body}}` : body
    const mark = api.lines.length
    const answer = await api.send({ method: 'POST', path, headers: json, body: whole })
    expect([400, 422]).toContain(answer.status)
    expect(answer.text.length).toBeLessThan(10 * whole.length)
    expect(faults(api, mark)).toEqual([])
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
  ])('the cursor %j, which no page of books gave, is refused', async (text) => {
    const cursor = Buffer.from(text).toString('base64url')
    const rest = await api.send({ method: 'GET', path: `/books?cursor=${cursor}` })
    const trpc = await api.send({ method: 'GET', path: `/trpc/books.list?input={"cursor":"${cursor}"}` })
    expect([rest.status, trpc.status]).toEqual([422, 400])
    for (const answer of [rest, trpc]) expect(answer.text).toContain('"field":"cursor"')
  })

  test('signing in to a cookie sets the cookie or begins no session, even when a stream is asked for', async () => {
    const before = await fingerprint(api.store)
    const answer = await api.send({
      method: 'POST',
      path: '/trpc/auth.login?batch=1',
      headers: { ...json, origin: api.url, 'trpc-accept': 'application/jsonl' },
      body: `{"0":{"email":"reader@example.org","password":"${PASSWORD}","session":"cookie"}}`,
    })
    // The headers of a stream are gone before the session begins: nobody would ever get its token.
    const [cookie] = answer.headers['set-cookie'] ?? []
    const begun = changedTables(before, await fingerprint(api.store))
    expect(begun.length).toBe(/^prebook_session=\w+;/.test(cookie ?? '') ? 1 : 0)
  })

  const closing = 'Connection: close\r\n\r\n'
  const posting = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  test.each([
    ['no HTTP at all', 'GARBAGE\r\n\r\n'],
    ['an HTTP that does not exist', `GET /books HTTP/9.9\r\nHost: x\r\n${closing}`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no host', 'GET /books HTTP/1.1\r\n\r\n'],
    ['a host with a space in it', `GET /books HTTP/1.1\r\nHost: a b\r\n${closing}`],
    ['a host with a port that is none', `GET /books HTTP/1.1\r\nHost: x:99999\r\n${closing}`],
    ['a host that is half an address', `GET /books HTTP/1.1\r\nHost: [::1\r\n${closing}`],
    ['an address of nowhere', `GET http://[::1 HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['a path without its slash', `GET books HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['NUL in the path', `GET /bo\0oks HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['a naked byte in the path', `GET /b\u00ffoks HTTP/1.1\r\nHost: x\r\n${closing}`],
    ['NUL in a header', `GET /books HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n${closing}`],
    ['too many headers', `GET /books HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(5_000)}\r\n`],
    [
      'two ways to end a body',
      `${posting}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n`,
    ],
    ['two lengths', `${posting}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`],
    ['a negative length', `${posting}Content-Length: -5\r\n\r\n{}`],
  ])('%s is refused without a word, and the service goes on', async (_what, bytes) => {
    const before = await fingerprint(api.store)
    const mark = api.lines.length
    const [head = '', body = ''] = (await sendBytes(api, bytes)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 (400|431) /)
    expect(body.replace(/^0(\r\n)?/, '')).toBe('')
    expect(await fingerprint(api.store)).toEqual(before)
    expect((await api.send({ method: 'GET', path: '/readyz' })).status).toBe(200)
    expect(faults(api, mark)).toEqual([])
  })

  test.each([
    ['that ends before its length', `${posting}Content-Length: 500\r\n\r\n{"email":`],
    ['in a chunk that is none', `${posting}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`],
  ])('a body %s is no fault of ours: nobody is woken by it', async (_what, bytes) => {
    for (const path of ['/auth/login', '/trpc/auth.login']) {
      const mark = api.lines.length
      await sendBytes(api, bytes.replace('/auth/login', path))
      await vi.waitUntil(() => api.lines.slice(mark).some((line) => line.includes(`"${path}"`)), {
        timeout: WAIT_MS,
      })
      expect(faults(api, mark)).toEqual([])
    }
  })

  test('an address that climbs reaches no file, and no other site', async () => {
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
