import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { pino } from 'pino'
import { readConfig } from '../config.ts'
import { startApi } from '../start-api.ts'

const browser = 'text/html,application/xhtml+xml,*/*;q=0.8'
const page = '<!doctype html><title>Prebook</title>'
const script = 'console.log("the shop")\n'.repeat(100)

test('serves the page to browsers at every address, and JSON to programs at the same addresses', async () => {
  await using shop = await startShop()
  for (const path of ['/', '/books', '/books/12', '/Books', '/sign-in?redirect=%2F']) {
    const { status, text, headers } = await shop.get(path, { accept: browser })
    expect([path, status, text]).toEqual([path, 200, page])
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    expect(headers['vary']).toContain('Accept')
  }
  for (const [path, status] of [
    ['/books', 200],
    ['/books/12', 404],
    ['/prebooks', 401],
    ['/no/such/page', 404],
  ] as const) {
    for (const accept of ['*/*', 'application/json']) {
      const answer = await shop.get(path, { accept })
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.headers['content-type']).toBe(
        status === 200 ? 'application/json' : 'application/problem+json',
      )
      expect(answer.headers['vary']).toContain('Accept')
    }
  }
})

test('serves no page where all responses have to be alike', async () => {
  await using shop = await startShop()
  for (const accept of [browser, '*/*']) {
    const { status, headers } = await shop.get('/availability?isbn=9780441013593', { accept })
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'application/json',
      'Accept-Encoding',
    ])
  }
})

test('answers browsers at unknown addresses with 404 and the page, which says so', async () => {
  await using shop = await startShop()
  const unknown = [
    ['/no/such/page', 404],
    ['/books/abc', 422],
    ['/books/012', 404],
    ['/books/12/x', 404],
    ['/prebooks', 401],
    ['//books', 404],
    ['/index.html', 404],
    ['/mail/no-such', 404],
  ] as const
  for (const [path, toPrograms] of unknown) {
    for (const method of ['GET', 'HEAD']) {
      const headers = { accept: browser, 'accept-encoding': 'br', 'if-none-match': '*' }
      const answer = await shop.get(path, headers, method)
      expect([path, answer.status, answer.text]).toEqual([path, 404, method === 'GET' ? page : ''])
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        vary: 'Accept, Accept-Encoding',
      })
      expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
    }
    const program = await shop.get(path, { accept: '*/*' })
    expect([path, program.status]).toEqual([path, toPrograms])
    expect(program.headers['content-type']).toBe('application/problem+json')
  }
})

test('never serves the page at the addresses of the API', async () => {
  await using shop = await startShop()
  for (const [path, status] of [
    ['/trpc/no.such', 404],
    ['/trpc', 404],
    ['/docs/no-such', 404],
    ['/availability', 422],
    ['/availability/no-such', 404],
    ['/openapi.json', 200],
    ['/livez', 200],
    ['/assets/no-such.js', 404],
  ] as const) {
    const answer = await shop.get(path, { accept: browser })
    expect([path, answer.status]).toEqual([path, status])
    expect(answer.headers['content-type']).toContain('json')
  }
  const { status, headers } = await shop.get('/docs', { accept: browser })
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=UTF-8'])
})

test('serves the page only for GET and HEAD', async () => {
  await using shop = await startShop()
  const head = await shop.get('/books/12', { accept: browser }, 'HEAD')
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(page.length)])
  for (const [path, method, status] of [
    ['/auth/logout', 'POST', 401],
    ['/prebooks/1', 'DELETE', 401],
    ['/no/such', 'POST', 404],
  ] as const) {
    const answer = await shop.get(path, { accept: browser }, method)
    expect([path, answer.status, answer.headers['content-type']]).toEqual([
      path,
      status,
      'application/problem+json',
    ])
  }
})

test('caches hashed files for a year, and revalidates the others with ETags', async () => {
  await using shop = await startShop()
  const asset = await shop.get('/assets/index-4f1c.js', { accept: '*/*' })
  expect([asset.status, asset.text]).toEqual([200, script])
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  for (const path of ['/', '/theme.js', '/assets/index-4f1c.js']) {
    const { headers } = await shop.get(path, { accept: browser })
    const etag = String(headers['etag'])
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await shop.get(path, { accept: browser, 'if-none-match': known })
      expect([path, known, again.status, again.text]).toEqual([path, known, 304, ''])
    }
    expect((await shop.get(path, { accept: browser, 'if-none-match': '"other"' })).status).toBe(200)
  }
})

test('sends compressed files to clients that accept them', async () => {
  await using shop = await startShop()
  const path = '/assets/index-4f1c.js'
  for (const [accepts, encoding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ] as const) {
    const { headers, bytes } = await shop.get(path, { 'accept-encoding': accepts })
    expect([accepts, headers['content-encoding']]).toEqual([accepts, encoding])
    expect(headers['vary']).toContain('Accept-Encoding')
    expect(headers['content-length']).toBe(String(bytes.byteLength))
    const content = encoding === 'br' ? brotliDecompressSync(bytes) : encoding ? gunzipSync(bytes) : bytes
    expect(content.toString()).toBe(script)
  }
})

test('the policy lets the page load its own files and nothing else', async () => {
  await using shop = await startShop()
  for (const path of ['/', '/assets/index-4f1c.js']) {
    const policy = String((await shop.get(path, { accept: browser })).headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|data:|\*|https?:/)
  }
  const { headers } = await shop.get('/books', { accept: '*/*' })
  expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
})

test('no path leads out of the folder', async () => {
  await using shop = await startShop()
  await writeFile(join(shop.folder, '../secret.txt'), 'the secret')
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/secret.txt%00.js',
  ]) {
    for (const accept of [browser, '*/*']) {
      const { text } = await shop.get(path, { accept })
      expect(text).not.toContain('the secret')
    }
  }
})

test('without a build, / says how to build the page and the API works', async () => {
  await using shop = await startShop({ built: false })
  const { status, text, headers } = await shop.get('/', { accept: browser })
  expect(status).toBe(503)
  expect(text).toContain('pnpm web:build')
  expect(headers['content-type']).toContain('text/html')
  expect((await shop.get('/books', { accept: browser })).headers['content-type']).toBe('application/json')
  expect((await shop.get('/', { accept: '*/*' })).headers['location']).toBe('/docs')
  const unknown = await shop.get('/no/such/page', { accept: browser })
  expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('<h1>Page not found</h1>')])
  expect(unknown.headers['content-type']).toContain('text/html')

  await shop.build()
  expect((await shop.get('/', { accept: browser })).text).toBe(page)
})

test('serves the script of the button to pages of every origin', async () => {
  await using shop = await startShop()
  for (const origin of ['https://shop.example', 'null']) {
    const { status, text, headers } = await shop.get('/button.js', { accept: '*/*', origin })
    expect([status, text]).toEqual([200, script])
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    expect(headers).not.toHaveProperty('set-cookie')
    const again = await shop.get('/button.js', { 'if-none-match': String(headers['etag']), origin })
    expect([again.status, again.headers['access-control-allow-origin']]).toEqual([304, '*'])
  }
  const other = await shop.get('/theme.js', { accept: '*/*', origin: 'https://shop.example' })
  expect(other.headers).toMatchObject({ 'cross-origin-resource-policy': 'same-origin' })
  expect(other.headers).not.toHaveProperty('access-control-allow-origin')
})

type Answer = { status: number; headers: Record<string, unknown>; bytes: Buffer; text: string }

async function startShop({ built = true } = {}) {
  const base = await mkdtemp(join(tmpdir(), 'prebook-web-'))
  const folder = join(base, 'dist')
  const build = async () => {
    await mkdir(join(folder, 'assets'), { recursive: true })
    await writeFile(join(folder, 'index.html'), page)
    await writeFile(join(folder, 'views.json'), JSON.stringify(['/', '/books', '/books/$bookId', '/sign-in']))
    await writeFile(join(folder, 'theme.js'), '// theme')
    await writeFile(join(folder, 'button.js'), script)
    await writeFile(join(folder, 'assets/index-4f1c.js'), script)
    await writeFile(join(folder, 'assets/index-4f1c.js.br'), brotliCompressSync(script))
    await writeFile(join(folder, 'assets/index-4f1c.js.gz'), gzipSync(script))
  }
  if (built) await build()
  const database = `file:${join(base, 'prebook.db')}`
  const config = readConfig({ DATABASE_URL: database, PORT: '0', WEB_DIR: folder })
  const api = await startApi(config, pino({ level: 'silent' }, { write() {} }))
  return {
    folder,
    build,
    get: (path: string, headers: Record<string, string>, method = 'GET') =>
      send(api.url, path, headers, method),
    async [Symbol.asyncDispose]() {
      await api.stop()
      await rm(base, { recursive: true })
    },
  }
}

/** Sends the path unchanged; `fetch` would normalize it. */
function send(url: string, path: string, headers: Record<string, string>, method: string): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ hostname, port, path, headers, method, agent: false }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => {
      const bytes = Buffer.concat(chunks)
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() })
    })
  })
  sent.on('error', reject)
  sent.end()
  return promise
}
