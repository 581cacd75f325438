import { WAIT } from '@prebook/testing/bounds'
import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { readBearerToken, readCookieToken, sessionCookie } from './sessions.ts'

const DAY = 86_400_000

describe.each(engines)('sessions on $name', (engine) => {
  afterEach(() => vi.useRealTimers())

  test('only a hash of the token is stored', async () => {
    await using server = await createTestServer(engine)
    const { token, id } = await server.reader()
    const rows = await server.services.store.read((reader) =>
      reader.selectFrom('sessions').selectAll().where('user_id', '=', id).execute(),
    )
    expect(rows.map((row) => row.id)).toEqual([createHash('sha256').update(token).digest('hex')])
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('a stored hash is no token', async () => {
    await using server = await createTestServer(engine)
    const { token } = await server.reader()
    const hash = createHash('sha256').update(token).digest('hex')
    expect(await server.services.sessions.find(token)).not.toBeNull()
    expect(await server.services.sessions.find(hash)).toBeNull()
  })

  test('a session that is used lives on, one that is not ends after 14 days', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) })
    await using server = await createTestServer(engine)
    const { sessions } = server.services
    const [used, unused] = [await server.reader(), await server.reader()]
    for (let day = 1; day <= 15; day += 1) {
      vi.setSystemTime(Date.UTC(2026, 0, 1) + day * DAY)
      expect(await sessions.find(used.token), `day ${day}`).not.toBeNull()
      // Putting it off is not waited for.
      await turn()
    }
    expect(await sessions.find(unused.token)).toBeNull()
  })

  test('however busy, a session ends 90 days after it began', async () => {
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

  test('while another process holds the store, a session that could be put off holds nobody up', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    const { token, id } = await server.reader()
    await using other = await joinTestServer(server.url, openStore)
    const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = other.services.store.write(async (tx) => {
      await tx.updateTable('sessions').set({ created_at: start }).where('user_id', '=', id).execute()
      held.resolve()
      await released.promise
    })
    await held.promise
    vi.setSystemTime(start + 10 * DAY)
    // It answers although the lock is let go only afterwards.
    expect(await server.services.sessions.find(token)).not.toBeNull()
    released.resolve()
    await holding
    const expiry = () =>
      server.services.store.read((reader) => reader.selectFrom('sessions').select('expires_at').execute())
    await vi.waitFor(async () => expect(await expiry()).toEqual([{ expires_at: start + 24 * DAY }]), WAIT)
  })

  test('near its absolute end a session costs no write per request', async () => {
    const start = Date.UTC(2026, 0, 1)
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await using server = await createTestServer(engine)
    const { token } = await server.reader()
    const write = vi.spyOn(server.services.store, 'write')
    for (let day = 1; day <= 85; day += 1) {
      vi.setSystemTime(start + day * DAY)
      await server.services.sessions.find(token)
      // Nobody who reads waits for the end to be put off; here it must be, before the next day.
      await Promise.all(write.mock.results.map(({ value }) => value as unknown))
    }
    write.mockClear()
    vi.setSystemTime(start + 86 * DAY)
    expect(await server.services.sessions.find(token)).not.toBeNull()
    expect(write).not.toHaveBeenCalled()
  })

  test('sweeping clears away what has expired and nothing else', async () => {
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
  ['prebook_session=abc', 'abc'],
  ['a=1; prebook_session=abc; b=2', 'abc'],
  ['not_prebook_session=abc', null],
  ['prebook_session=', null],
  ['', null],
])('the token in the cookies %j is %j', (header, token) => {
  expect(readCookieToken(header)).toBe(token)
})

test('the cookie is out of reach for pages and other sites, and for plain HTTP where there is HTTPS', () => {
  expect(sessionCookie('abc', false)).toBe(
    'prebook_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000',
  )
  expect(sessionCookie('abc', true)).toMatch(/; Secure$/)
  expect(sessionCookie(null, false)).toBe('prebook_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
})
