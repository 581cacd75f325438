import { describe, expect, test } from 'vitest'
import { findUser, openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer, testContext, type TestServer } from '../testing/server.ts'
import { resetPassword } from './reset-password.ts'
import { signIn } from './sign-in.ts'
import { createThrottles } from './throttles.ts'

const password = 'a password set by the operator'

/** A new reader, with the stored row. */
async function newReader(server: TestServer) {
  const reader = await server.reader()
  const row = await server.services.store.read((read) => findUser(read, reader.id))
  if (row?.email == null) throw new Error('The reader has no account.')
  return { ...reader, row, email: row.email }
}

describe.each(engines)('the reset of a password by the operator on $name', (engine) => {
  test('ends every session, verifies the address and changes nothing else', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await newReader(server)]
    await admin.call.users.update({ userId: reader.id, role: 'staff', isActive: false })
    const reset = await resetPassword(server.services, { email: ` ${reader.email.toUpperCase()}`, password })
    expect(reset).toMatchObject({ id: reader.id, role: 'staff', isActive: false })
    await admin.call.users.reactivate({ userId: reader.id })
    expect(await reader.call.auth.me()).toBeNull()
    expect(await admin.call.auth.me()).not.toBeNull()

    const { token } = await server.as().auth.login({ email: reader.email, password })
    const account = await server.as(String(token)).account.get()
    expect(account).toMatchObject({ role: 'staff', verifiedAt: expect.stringMatching(/Z$/) })
  })

  test('lifts the limits of failed sign-ins', async () => {
    await using server = await createTestServer(engine)
    const { email } = await newReader(server)
    const limits = { registrationsPerHour: 1, loginFailuresPerHour: 1 }
    server.services.throttles = createThrottles(server.services.store, limits, Date.now, async () => 'key')
    const refused = { cause: { reason: 'RATE_LIMITED' } }
    await expect(server.as().auth.login({ email, password: 'a guess' })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS' },
    })
    await expect(server.as().auth.login({ email, password })).rejects.toMatchObject(refused)
    await resetPassword(server.services, { email, password })
    expect(await server.as().auth.login({ email, password })).toMatchObject({ user: { email } })
  })

  test('leaves no session of the old password, though sign-ins go on through two processes', async () => {
    await using server = await createTestServer(engine)
    await using second = await joinTestServer(server.url, openStore)
    for (let round = 0; round < 5; round += 1) {
      const { row, email } = await newReader(server)
      const done = new AbortController()
      const reset = resetPassword(server.services, { email, password }).finally(() => {
        done.abort()
      })
      // The old password is verified already, so that only the transactions race.
      const signIns = [server, second, server, second].map(async ({ services }) => {
        while (!done.signal.aborted) await signIn(testContext(services), row, 'token', null).catch(() => null)
      })
      await Promise.all([reset, ...signIns])
      const left = await server.services.store.read((read) =>
        read.selectFrom('sessions').select('id').where('user_id', '=', row.id).execute(),
      )
      expect(left).toEqual([])
    }
  })
})
