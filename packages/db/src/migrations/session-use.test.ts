import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { engines } from '../testing/index.ts'
import { fillOldSchema } from '../testing/old-schema.ts'
import { sessionId } from '../testing/rows.ts'

describe.each(engines)('the migration to the use of sessions on $name', (engine) => {
  test('keeps every session, and gives each a public id of its own', async () => {
    await using database = await engine.createEmpty()
    await fillOldSchema(database.url, '0005-held-deliveries', async (db) => {
      const user = { id: 1, email: 'a@example.org', password_hash: 'x', role: 'reader', created_at: 1 }
      await db.insertInto('users').values(user).execute()
      for (const letter of ['a', 'b', 'c'])
        await db
          .insertInto('sessions')
          .values({ id: sessionId(letter), user_id: 1, created_at: 2, expires_at: 3 })
          .execute()
    })
    const store = await openStore(database.url)
    try {
      const rows = await store.read((reader) =>
        reader.selectFrom('sessions').selectAll().orderBy('id').execute(),
      )
      expect(rows.map(({ public_id: _, ...row }) => row)).toEqual(
        ['a', 'b', 'c'].map((letter) => ({
          id: sessionId(letter),
          user_id: 1,
          created_at: 2,
          expires_at: 3,
          last_used_at: 0,
          agent: null,
        })),
      )
      const ids = rows.map((row) => row.public_id)
      expect(new Set(ids).size).toBe(3)
      for (const id of ids) expect(Number.isSafeInteger(id) && id > 0).toBe(true)
    } finally {
      await store.close()
    }
  })
})
