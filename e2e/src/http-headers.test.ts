import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

const allowedOrigin = 'https://window.example.org'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ CORS_ORIGINS: `${allowedOrigin},https://other.example.org:8443` })
})
afterAll(() => shop[Symbol.asyncDispose]())

describe('every response', () => {
  test.each(['/books', '/trpc/books.list?input=%7B%7D', '/nowhere', '/docs', '/openapi.json', '/livez'])(
    'has strict security headers: %s',
    async (path) => {
      const { headers } = await request(shop.url, 'GET', path)

      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.has('x-powered-by') || headers.has('server')).toBe(false)
    },
  )

  test('has a unique request id, errors included', async () => {
    const ids = []
    for (const path of ['/books', '/books', '/nowhere', '/trpc/books.list?input=%7B%7D', '/prebooks']) {
      ids.push(
        (await request(shop.url, 'GET', path, { headers: { 'x-request-id': 'forged' } })).headers.get(
          'x-request-id',
        ),
      )
    }

    expect(new Set(ids).size).toBe(5)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('has the version of the service, errors included', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../apps/api/package.json', import.meta.url), 'utf8'),
    ) as Record<string, string>

    for (const path of [
      '/books',
      '/nowhere',
      '/trpc/books.list?input=%7B%7D',
      '/trpc/prebooks.list',
      '/livez',
    ])
      expect((await request(shop.url, 'GET', path)).headers.get('prebook-version')).toBe(version)
  })

  test('of the API is never cached, but for the public catalogue, which must be revalidated', async () => {
    expect((await request(shop.url, 'GET', '/books')).headers.get('cache-control')).toBe('public, no-cache')
    for (const path of ['/prebooks', '/account', '/trpc/books.list', '/trpc/auth.me']) {
      expect((await request(shop.url, 'GET', path)).headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('pages of other sites', () => {
  const preflight = (origin: string) =>
    request(shop.url, 'OPTIONS', '/trpc/prebooks.create', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,prebook-client',
      },
    })

  test.each([allowedOrigin, 'https://other.example.org:8443'])(
    'may call the API when their origin is allowed: %s',
    async (origin) => {
      const permission = await preflight(origin)
      const called = await request(shop.url, 'GET', '/books', { headers: { origin } })

      expect(permission.status).toBe(204)
      expect(permission.headers.get('access-control-allow-origin')).toBe(origin)
      expect(permission.headers.get('access-control-allow-credentials')).toBe('true')
      expect(permission.headers.get('access-control-allow-methods')).toContain('POST')
      expect(permission.headers.get('access-control-allow-headers')).toBe(
        'authorization,content-type,prebook-client',
      )
      expect(permission.headers.get('access-control-max-age')).toBe('7200')
      expect(called.headers.get('access-control-allow-origin')).toBe(origin)
      expect(called.headers.get('vary')).toContain('Origin')
    },
  )

  test.each(['https://evil.example', `${allowedOrigin}.evil.example`, 'http://window.example.org', 'null'])(
    'may not call the API otherwise: %s',
    async (origin) => {
      const answers = [
        await preflight(origin),
        await request(shop.url, 'GET', '/books', { headers: { origin } }),
      ]

      for (const { headers } of answers) expect(headers.has('access-control-allow-origin')).toBe(false)
    },
  )

  test('may read an error, its Retry-After and the version of the service', async () => {
    const { status, headers } = await request(shop.url, 'GET', '/prebooks', {
      headers: { origin: allowedOrigin },
    })

    expect(status).toBe(401)
    expect(headers.get('access-control-allow-origin')).toBe(allowedOrigin)
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
    expect(headers.get('access-control-expose-headers')).toContain('Prebook-Version')
  })
})

describe('behind HTTPS', () => {
  test('cookies are Secure and HSTS is on', async () => {
    await using secure = await startShop({ PUBLIC_URL: 'https://books.example.org' })
    const { email, password } = await secure.signUp()

    const { headers } = await request(secure.url, 'POST', '/trpc/auth.login', {
      body: { email, password, session: 'cookie' },
      headers: { origin: 'https://books.example.org' },
    })

    const cookie = expect.stringMatching(/; HttpOnly; .*; Secure$/)
    expect(headers.getSetCookie()).toEqual([cookie, cookie])
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/)
  })
})

describe('health', () => {
  test.each([
    ['/livez', 'alive'],
    ['/readyz', 'ready'],
  ])('%s says %s', async (path, state) => {
    const { status, body } = await request(shop.url, 'GET', path)

    expect([status, body]).toEqual([200, { status: state }])
  })
})
