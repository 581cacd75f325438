import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { PrebookError } from '@prebook/core'
import { findUser, openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createThrottles } from '../auth/throttles.ts'
import { createRequestContext } from '../context.ts'
import { createCaller } from '../router/app-router.ts'
import { createTestServer, joinTestServer, testContext, type TestServer } from '../testing/server.ts'
import { watchPrebooks } from '../testing/watcher.ts'
import { signIn } from '../auth/sign-in.ts'

const old = 'a password for tests'
const change = { currentPassword: old, newPassword: 'another password for tests' }
const wrong = { cause: { reason: 'AUTH_INVALID_CREDENTIALS', field: 'currentPassword' } }
const noTrace = 'AUTH_INVALID_CREDENTIALS'

async function emailOf({ services }: TestServer, id: number): Promise<string> {
  return (await services.store.read((reader) => findUser(reader, id)))?.email ?? ''
}

describe.each(engines)('changing the password on $name', (engine) => {
  test('ends every other session and its streams, and keeps the current ones', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [reader, bystander] = [await server.reader(), await server.reader()]
    const email = await emailOf(server, reader.id)
    const other = await server.as().auth.login({ email, password: old })
    using kept = await watchPrebooks(server, reader.token)
    using ended = await watchPrebooks(server, String(other.token))
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(2), WAIT)

    expect(await reader.call.account.changePassword(change)).toEqual({ ok: true })

    expect(await ended.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await server.as(String(other.token)).auth.me()).toBeNull()
    expect(await reader.call.auth.me()).toMatchObject({ id: reader.id })
    expect(await bystander.call.auth.me()).not.toBeNull()
    expect(server.services.live.count('prebooks')).toBe(1)
    kept.leave()
    expect(await kept.ended).toBeNull()
    await expect(server.as().auth.login({ email, password: old })).rejects.toMatchObject({
      cause: { reason: noTrace },
    })
    expect(await server.as().auth.login({ email, password: change.newPassword })).toMatchObject({
      user: { id: reader.id },
    })
  })

  test('keeps this device known to the account', async () => {
    await using server = await createTestServer(engine)
    const { id, token } = await server.reader()
    const { services } = server
    const sent: string[] = []
    const { request } = testContext(services, token)
    const facts = { ...request, setDeviceHeader: (device: string) => void sent.push(device) }
    await createCaller(createRequestContext(services, facts)).account.changePassword(change)
    const user = await services.store.read((read) => findUser(read, id))
    expect(sent).toHaveLength(1)
    expect(await services.devices.find(user, sent)).toBe(sent[0])
  })

  test('ends more sessions than one batch', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    for (let count = 0; count < 300; count += 1) await server.services.sessions.start(reader.id)
    await reader.call.account.changePassword(change)
    expect((await reader.call.account.sessions()).items).toMatchObject([{ current: true }])
  })

  test('requires the current password, and changes nothing without it', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const email = await emailOf(server, reader.id)
    const other = await server.as().auth.login({ email, password: old })
    await expect(
      reader.call.account.changePassword({ ...change, currentPassword: 'a guess' }),
    ).rejects.toMatchObject(wrong)
    await expect(
      reader.call.account.changePassword({ ...change, newPassword: 'short' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(server.as().account.changePassword(change)).rejects.toMatchObject({
      cause: { reason: 'AUTH_REQUIRED' },
    })
    expect(await server.as(String(other.token)).auth.me()).not.toBeNull()
    await server.as().auth.login({ email, password: old })
  })

  test('is throttled like a sign-in, and by the same counts', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const email = await emailOf(server, reader.id)
    const limits = { registrationsPerHour: 9, loginFailuresPerHour: 3 }
    server.services.throttles = createThrottles(server.services.store, limits, Date.now, async () => 'key')
    const guess = { ...change, currentPassword: 'a guess' }
    await expect(server.as().auth.login({ email, password: 'a guess' })).rejects.toMatchObject({
      cause: { reason: noTrace },
    })
    await reader.call.account.changePassword({ ...change, newPassword: old })
    for (let count = 0; count < 2; count += 1)
      await expect(reader.call.account.changePassword(guess)).rejects.toMatchObject(wrong)
    const refused = { cause: { reason: 'RATE_LIMITED' } }
    await expect(reader.call.account.changePassword(guess)).rejects.toMatchObject(refused)
    await expect(reader.call.account.changePassword(change)).rejects.toMatchObject(refused)
    await expect(server.as().auth.login({ email, password: old })).rejects.toMatchObject(refused)
  })

  test('a sign-in whose password was verified before the change starts no session after it', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const user = await server.services.store.read((read) => findUser(read, reader.id))
    if (user === undefined) throw new Error('no reader')
    await reader.call.account.changePassword(change)
    const late = signIn(testContext(server.services), user, 'token', null)
    await expect(late).rejects.toSatisfy(
      (error) => error instanceof PrebookError && error.reason === noTrace && error.field === null,
    )
    expect((await reader.call.account.sessions()).items).toHaveLength(1)
  })

  test('sign-ins with the old password at the same time leave no session, through two processes', async () => {
    await using server = await createTestServer(engine)
    await using second = await joinTestServer(server.url, openStore)
    for (let round = 0; round < 5; round += 1) {
      const reader = await server.reader()
      const user = await server.services.store.read((read) => findUser(read, reader.id))
      if (user === undefined) throw new Error('no reader')
      // The password is verified already, so that only the transactions race.
      const starts = Array.from({ length: 6 }, (_, index) =>
        signIn(testContext((index % 2 === 0 ? server : second).services), user, 'token', null).catch(
          () => null,
        ),
      )
      await Promise.all([reader.call.account.changePassword(change), ...starts])
      expect((await reader.call.account.sessions()).items).toMatchObject([{ current: true }])
    }
  })

  test('of two changes at the same time, one is refused', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const results = await Promise.allSettled(
      ['the first new password', 'the second new password'].map((newPassword) =>
        reader.call.account.changePassword({ ...change, newPassword }),
      ),
    )
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const email = await emailOf(server, reader.id)
    const winner = results[0]?.status === 'fulfilled' ? 'the first new password' : 'the second new password'
    await server.as().auth.login({ email, password: winner })
  })
})
