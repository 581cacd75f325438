import { afterAll, describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addPerson, PASSWORD } from './people.ts'
import type { Attempt } from './send.ts'

const json = { 'content-type': 'application/json' }

for (const engine of runnableEngines()) {
  describe(`with a single connection to the database, on ${engine.name}`, async () => {
    // A request that needed a second connection while holding the first would deadlock and be refused.
    const api = await startHostileApi(engine, { DATABASE_POOL_SIZE: '1', DATABASE_WAIT_MS: '20000' })
    afterAll(() => api[Symbol.asyncDispose]())
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
    const readers = await Promise.all(
      Array.from({ length: 10 }, (_, number) => addPerson(api, `reader${number}@example.org`)),
    )
    await addBooks(api, 4)

    const as = (token: string) => ({ ...json, authorization: `Bearer ${token}` })
    const query = (token: string, name: string, input: object): Attempt => ({
      method: 'GET',
      path: `/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`,
      headers: as(token),
    })

    test('fifty concurrent requests of all kinds succeed', async () => {
      const attempts = readers.flatMap(({ token, email }, number): Attempt[] => [
        { method: 'POST', path: '/prebooks', headers: as(token), body: JSON.stringify({ book_id: 1 }) },
        query(token, 'prebooks.list', {}),
        query(admin.token, ['demand.top', 'users.list', 'books.list'][number % 3] ?? '', {}),
        {
          method: 'POST',
          path: '/auth/login',
          headers: json,
          body: JSON.stringify({ email, password: PASSWORD }),
        },
        {
          method: 'PATCH',
          path: '/books/3/stock',
          headers: as(admin.token),
          body: JSON.stringify({ quantity: number % 2 }),
        },
      ])
      expect(attempts).toHaveLength(50)
      const answers = await Promise.all(attempts.map((attempt) => api.send(attempt)))
      const unexpected = answers.filter(({ status }) => status !== 200 && status !== 201)
      expect(unexpected.map(({ status, text }) => `${status} ${text}`)).toEqual([])
    })

    test('a batch of many reads succeeds, and a restock notifies every waiting reader', async () => {
      const names = [
        'prebooks.list',
        'auth.me',
        'stock.history',
        'demand.waitlist',
        'demand.top',
        'stock.preview',
      ]
      const inputs = [{}, undefined, { bookId: 1 }, { bookId: 1 }, {}, { bookId: 1, quantity: 5 }]
      const batch = await api.send({
        method: 'GET',
        path: `/trpc/${names.join(',')}?batch=1&input=${encodeURIComponent(JSON.stringify(Object.fromEntries(inputs.entries())))}`,
        headers: as(admin.token),
      })
      expect(batch.text).not.toContain('"error"')
      expect(batch.status).toBe(200)
      const restock = await api.send({
        method: 'POST',
        path: '/trpc/stock.set',
        headers: as(admin.token),
        body: JSON.stringify({ bookId: 1, quantity: 5 }),
      })
      expect(restock.status).toBe(200)
      expect(restock.text).toContain('"notified":10')
    })
  })
}
