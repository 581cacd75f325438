import { WAIT } from '@prebook/testing/bounds'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { ensureOpenWaitlist, eraseIdentity, insertBook, insertPrebook, insertUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { readConfig } from './config.ts'
import { startApi } from './start-api.ts'

describe.each(engines)('on $name', (engine) => {
  test('a start finishes erasing an account whose process died', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write(async (tx) => {
      const account = { email: 'reader@example.org', passwordHash: 'x', role: 'reader', now: 1 } as const
      const user = await insertUser(tx, account)
      const book = await insertBook(tx, {
        title: 'Dune',
        author: 'Frank Herbert',
        isbn: null,
        price_cents: 1_999,
        description: null,
        stock_quantity: 0,
        search_text: 'dune',
        created_at: 1,
        updated_at: 1,
      })
      const waitlistId = await ensureOpenWaitlist(tx, book?.id ?? 0, 1)
      await insertPrebook(tx, { waitlistId, userId: user?.id ?? 0, now: 1 })
      await eraseIdentity(tx, user?.id ?? 0)
    })
    const config = readConfig({ DATABASE_URL: database.url, PORT: '0' })
    const api = await startApi(config, pino({ level: 'silent' }))
    try {
      await vi.waitFor(async () => {
        const rows = await store.read((reader) =>
          reader
            .selectFrom('prebooks')
            .innerJoin('users', 'users.id', 'prebooks.user_id')
            .select(['cancelled_from', 'erased_at'])
            .execute(),
        )
        expect(rows).toEqual([{ cancelled_from: 'waiting', erased_at: expect.any(Number) }])
      }, WAIT)
    } finally {
      await api.stop()
    }
  })
})
