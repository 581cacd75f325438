import { WAIT } from '@prebook/testing/bounds'
import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { readBearerToken, readCookieToken, sessionCookies } from './sessions.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

describe.each(engines)('sessions on $name', (engine) => {
  afterEach(() => vi.useRealTimers())

  test('stores only a hash of the token', async () => {
    await using server = await createTestServer(engine)
    const { token, id } = await server.reader()
    const rows = await server.services.store.read((reader) =>
      reader.selectFrom('sessions').selectAll().where('user_id', '=', id).execute(),
    )
    expect(rows.map((row) => row.id)).toEqual([createHash('sha256').update(token).digest('hex')])
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('does not accept a stored hash as a token', async () => {
    await using server = await createTestServer(engine)
    const { token } = await server.reader()
    const hash = createHash('sha256').update(token).digest('hex')
    expect(await server.services.sessions.find(token)).not.toBeNull()
    expect(await server.services.sessions.find(hash)).toBeNull()
  })

  test('an unused session expires after 14 days; a used one is extended', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) })
    await using server = await createTestServer(engine)
    const { sessions } = server.services
    const [used, unused] = [await server.reader(), await server.reader()]
    for (let day = 1; day <= 15; day += 1) {
      vi.setSystemTime(Date.UTC(2026, 0, 1) + day * DAY)
      expect(await sessions.find(used.token), `day ${day}`).not.toBeNull()
      // The extension is not awaited by `find`.
      await turn()
    }
    expect(await sessions.find(unused.token)).toBeNull()
  })

  test('a session ends 90 days after it started, even if it is in use', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    const { token } = await server.reader()
    for (let day = 1; day < 90; day += 1) {
      vi.setSystemTime(start + day * DAY)
      expect(await server.services.sessions.find(token), `day ${day}`).not.toBeNull()
      await turn()
    }
    vi.setSystemTime(start + 90 * DAY)
    expect(await server.services.sessions.find(token)).toBeNull()
  })

  test('finding a session does not wait for its extension while another process locks the store', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    const { token, id } = await server.reader()
    await using other = await joinTestServer(server.url, openStore)
    const [locked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = other.services.store.write(async (tx) => {
      await tx.updateTable('sessions').set({ created_at: start }).where('user_id', '=', id).execute()
      locked.resolve()
      await released.promise
    })
    await locked.promise
    vi.setSystemTime(start + 10 * DAY)
    // It returns although the lock is still held.
    expect(await server.services.sessions.find(token)).not.toBeNull()
    released.resolve()
    await holding
    const expiry = () =>
      server.services.store.read((reader) => reader.selectFrom('sessions').select('expires_at').execute())
    await vi.waitFor(async () => expect(await expiry()).toEqual([{ expires_at: start + 24 * DAY }]), WAIT)
  })

  test('a session near its absolute end causes no write per request', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    const { token } = await server.reader()
    const write = vi.spyOn(server.services.store, 'write')
    for (let day = 1; day <= 85; day += 1) {
      vi.setSystemTime(start + day * DAY)
      await server.services.sessions.find(token)
      // `find` does not await the extension; the test must, before the next day.
      await Promise.all(write.mock.results.map(({ value }) => value as unknown))
    }
    vi.setSystemTime(start + 86 * DAY)
    // The first use of the hour is recorded.
    await server.services.sessions.find(token)
    await Promise.all(write.mock.results.map(({ value }) => value as unknown))
    write.mockClear()
    expect(await server.services.sessions.find(token)).not.toBeNull()
    expect(write).not.toHaveBeenCalled()
  })

  test('records the hour and the agent of a use, with one write an hour', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start + 90_000 })
    await using server = await createTestServer(engine)
    const { sessions, store } = server.services
    const { id } = await server.reader()
    const { token } = await sessions.start(id, { userAgent: 'curl/8.14.1 (a private remark)' })
    const write = vi.spyOn(store, 'write')
    const use = async (time: number, userAgent: string | null) => {
      vi.setSystemTime(time)
      await Promise.all([1, 2, 3].map(() => sessions.find(token, userAgent)))
      await Promise.all(write.mock.results.map(({ value }) => value as unknown))
      const rows = await store.read((reader) =>
        reader.selectFrom('sessions').select(['last_used_at', 'agent']).orderBy('agent').execute(),
      )
      return rows.find(({ agent }) => agent !== null)
    }
    expect(await use(start + HOUR - 1, 'python')).toEqual({ last_used_at: start, agent: 'curl' })
    expect(write).toHaveBeenCalledTimes(0)
    expect(await use(start + HOUR, 'python')).toEqual({ last_used_at: start + HOUR, agent: 'Python' })
    expect(await use(start + 2 * HOUR - 1, 'node')).toEqual({ last_used_at: start + HOUR, agent: 'Python' })
    expect(write).toHaveBeenCalledTimes(1)
    expect(await use(start + 2 * HOUR, null)).toEqual({ last_used_at: start + 2 * HOUR, agent: 'Python' })
    expect(write).toHaveBeenCalledTimes(2)
  })

  test('sweep deletes expired sessions only', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    await server.reader()
    vi.setSystemTime(start + 10 * DAY)
    const young = await server.reader()
    vi.setSystemTime(start + 15 * DAY)
    await server.services.sessions.sweep()
    const rows = await server.services.store.read((reader) =>
      reader.selectFrom('sessions').selectAll().execute(),
    )
    expect(rows.map((row) => row.user_id)).toEqual([young.id])
  })
})

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['Bearer   abc  ', 'abc'],
  ['Bearer', null],
  ['Bearer a b', null],
  ['Basic abc', null],
  ['', null],
])('the token in the header %j is %j', (header, token) => {
  expect(readBearerToken(header)).toBe(token)
})

test.each([
  ['prebook_session=abc', false, 'abc'],
  ['a=1; prebook_session=abc; b=2', false, 'abc'],
  ['not_prebook_session=abc', false, null],
  ['prebook_session=', false, null],
  ['', false, null],
  ['prebook_session=planted; __Host-prebook_session=abc', true, 'abc'],
  ['prebook_session=planted', true, null],
  ['__Host-prebook_session=abc', false, null],
])('the token in the cookies %j, over HTTPS: %j, is %j', (header, secure, token) => {
  expect(readCookieToken(header, secure)).toBe(token)
})

test('the cookie is HttpOnly, SameSite, and Secure with a prefix under HTTPS', () => {
  const attributes = 'Path=/; HttpOnly; SameSite=Lax'
  expect(sessionCookies('abc', false)).toEqual([`prebook_session=abc; ${attributes}; Max-Age=7776000`])
  expect(sessionCookies('abc', true)).toEqual([
    `__Host-prebook_session=abc; ${attributes}; Max-Age=7776000; Secure`,
  ])
  expect(sessionCookies(null, false)).toEqual([`prebook_session=; ${attributes}; Max-Age=0`])
  expect(sessionCookies(null, true)).toEqual([
    `__Host-prebook_session=; ${attributes}; Max-Age=0; Secure`,
    `prebook_session=; ${attributes}; Max-Age=0; Secure`,
  ])
})
