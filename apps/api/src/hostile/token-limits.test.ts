import { afterAll, describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addBooks, addPerson } from './people.ts'
import type { Attempt } from './send.ts'

const LIMIT = 4

/** The headers about the limit: `r` is what is left. */
const policy = `"token";q=${LIMIT};w=60`
const left = (remaining: number) => expect.stringMatching(new RegExp(`^"token";r=${remaining};t=\\d{1,2}$`))

const json = { 'content-type': 'application/json' }

for (const engine of runnableEngines().slice(0, 1)) {
  describe('the limit of a token', async () => {
    const api: HostileApi = await startHostileApi(engine, { TOKEN_REQUESTS_PER_MINUTE: String(LIMIT) })
    afterAll(() => api[Symbol.asyncDispose]())
    await addBooks(api)
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
    const asAdmin = { ...json, authorization: `Bearer ${admin.token}` }

    /** The headers of a new token with some scopes. */
    const addToken = async (...scopes: string[]): Promise<Record<string, string>> => {
      const body = JSON.stringify({ name: 'Till', scopes })
      const { status, text } = await api.send({ method: 'POST', path: '/tokens', headers: asAdmin, body })
      expect(status).toBe(201)
      return { ...json, authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` }
    }
    const setStock = (headers: Record<string, string>): Attempt => ({
      method: 'PATCH',
      path: '/books/1/stock',
      headers,
      body: '{"quantity":3}',
    })
    const call = (headers: Record<string, string>, paths: string, input: object): Attempt => ({
      method: 'POST',
      path: `/trpc/${paths}`,
      headers,
      body: JSON.stringify(input),
    })

    test('is in the headers of each response, and once for a batch', async () => {
      const headers = await addToken('stock:write')
      const rest = await api.send(setStock(headers))
      expect(rest.status).toBe(200)
      expect(rest.headers).toMatchObject({ 'ratelimit-policy': policy, ratelimit: left(3) })
      const single = await api.send(call(headers, 'stock.set', { bookId: 1, quantity: 4 }))
      expect(single.status).toBe(200)
      expect(single.headers).toMatchObject({ 'ratelimit-policy': policy, ratelimit: left(2) })
      const inputs = { 0: { bookId: 1, quantity: 5 }, 1: { bookId: 2, quantity: 6 } }
      const batch = await api.send(call(headers, 'stock.set,stock.set?batch=1', inputs))
      expect(batch.status).toBe(200)
      expect(batch.headers).toMatchObject({ 'ratelimit-policy': policy, ratelimit: left(0) })
    })

    test('refuses what is beyond it, with the seconds to wait, and counts what was refused before', async () => {
      const headers = await addToken()
      for (let remaining = LIMIT - 1; remaining >= 0; remaining -= 1) {
        const refused = await api.send(setStock(headers))
        expect(refused).toMatchObject({
          status: 403,
          text: expect.stringContaining('AUTH_SCOPE_MISSING'),
          headers: { ratelimit: left(remaining) },
        })
      }
      for (const attempt of [setStock(headers), call(headers, 'stock.set', {})]) {
        const limited = await api.send(attempt)
        expect(limited).toMatchObject({ status: 429, text: expect.stringContaining('RATE_LIMITED') })
        expect(limited.headers).toMatchObject({
          'ratelimit-policy': policy,
          ratelimit: left(0),
          'retry-after': expect.stringMatching(/^[1-9]\d?$/),
        })
      }
      const other = await api.send(setStock(await addToken('stock:write')))
      expect(other).toMatchObject({ status: 200, headers: { ratelimit: left(LIMIT - 1) } })
    })

    test('does not concern sessions, public calls and texts that are no token', async () => {
      const headers = await addToken('stock:write')
      const mistyped = { ...json, authorization: `${headers['authorization'] ?? ''}x` }
      const attempts = [
        setStock(asAdmin),
        setStock(mistyped),
        { method: 'GET', path: '/books', headers },
        { method: 'GET', path: '/trpc/books.list?input={}', headers },
      ]
      for (const attempt of attempts)
        expect((await api.send(attempt)).headers, attempt.path).not.toHaveProperty('ratelimit')
      expect(await api.send(setStock(headers))).toMatchObject({ headers: { ratelimit: left(LIMIT - 1) } })
    })

    test('both APIs say that a token is mistyped', async () => {
      const headers = { ...json, authorization: `Bearer pbk_${'0'.repeat(32)}_000000` }
      for (const attempt of [setStock(headers), call(headers, 'stock.set', { bookId: 1, quantity: 1 })])
        expect(await api.send(attempt)).toMatchObject({
          status: 401,
          text: expect.stringContaining('mistyped'),
        })
    })
  })
}
