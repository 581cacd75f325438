import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addUser } from '../testing/rows.ts'
import { queueMail } from './queue-mail.ts'

describe.each(engines)('queueing mail on $name', (engine) => {
  test('queues one mail for each key, with what the message needs', async () => {
    await using database = await engine.create()
    const { store } = database
    const userId = await store.write((tx) => addUser(tx))
    const mail = { kind: 'reset', lane: 'now', userId, dedupeKey: `reset:${userId}:1`, now: 5 } as const
    expect(await store.write((tx) => queueMail(tx, { ...mail, payload: { generation: 1 } }))).toBe(true)
    expect(await store.write((tx) => queueMail(tx, { ...mail, payload: { generation: 9 } }))).toBe(false)
    const toGuest = { userId: null, recipient: 'guest@example.org', dedupeKey: 'invite:1', locale: 'de' }
    expect(await store.write((tx) => queueMail(tx, { ...mail, kind: 'invite', ...toGuest }))).toBe(true)
    const rows = await store.read((reader) =>
      reader.selectFrom('deliveries').selectAll().orderBy('id').execute(),
    )
    const queued = { state: 'pending', attempts: 0, queued_at: 5, next_attempt_at: 5, prebook_id: null }
    expect(rows).toMatchObject([
      { kind: 'reset', lane: 'now', user_id: userId, payload: '{"generation":1}', locale: 'en', ...queued },
      {
        kind: 'invite',
        user_id: null,
        recipient: 'guest@example.org',
        payload: null,
        locale: 'de',
        ...queued,
      },
    ])
  })
})
