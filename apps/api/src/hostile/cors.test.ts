import { afterAll, describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'

const SHOP = 'https://shop.example.org'

for (const engine of runnableEngines().slice(0, 1)) {
  describe('CORS headers', async () => {
    const closed = await startHostileApi(engine)
    const open = await startHostileApi(engine, { CORS_ORIGINS: `${SHOP},https://two.example` })
    afterAll(async () => {
      await closed[Symbol.asyncDispose]()
      await open[Symbol.asyncDispose]()
    })
    const foreign = [
      'https://evil.example',
      'null',
      '',
      '*',
      `${SHOP}.evil.example`,
      'https://evil.example?https://shop.example.org',
      'http://shop.example.org',
      'https://shop.example.org:444',
      'HTTPS://SHOP.EXAMPLE.ORG',
      `${SHOP}/`,
      `${SHOP},https://two.example`,
    ]
    const paths = [
      '/books',
      '/prebooks',
      '/trpc/books.list?input={}',
      '/trpc/auth.login',
      '/openapi.json',
      '/nowhere',
    ]

    test.each(foreign)('the origin %j gets no CORS headers, in responses or preflights', async (origin) => {
      for (const api of [closed, open]) {
        for (const path of paths) {
          for (const method of ['GET', 'POST']) {
            const { headers } = await api.send({ method, path, headers: { origin } })
            expect(headers).not.toHaveProperty('access-control-allow-origin')
            const preflight = await api.send({
              method: 'OPTIONS',
              path,
              headers: {
                origin,
                'access-control-request-method': method,
                'access-control-request-headers': 'content-type,authorization',
              },
            })
            expect(preflight.headers).not.toHaveProperty('access-control-allow-origin')
          }
        }
      }
    })

    test('the same origin needs no CORS headers and gets none', async () => {
      const { headers, status } = await closed.send({
        method: 'GET',
        path: '/books',
        headers: { origin: closed.url },
      })
      expect(status).toBe(200)
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    })

    test('an allowed origin is named exactly, never as *, and responses vary by origin', async () => {
      for (const path of paths) {
        const { headers } = await open.send({ method: 'GET', path, headers: { origin: SHOP } })
        expect(headers).toMatchObject({
          'access-control-allow-origin': SHOP,
          'access-control-allow-credentials': 'true',
        })
        expect(headers.vary?.split(/, */)).toContain('Origin')
      }
    })
  })
}
