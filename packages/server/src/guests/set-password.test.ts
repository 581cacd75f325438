import { describe, expect, test } from 'vitest'
import { updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { resetPassword } from '../auth/reset-password.ts'
import { readInvitation } from '../mail/follow-account-link.ts'
import { latestToken, mailedLinks, withMail } from '../testing/mailed-links.ts'
import { accountRow, createTestServer, type TestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'
import { newWish, wishToken } from '../testing/wishes.ts'

const password = 'a password of the guest'
const taken = { cause: { reason: 'AUTH_EMAIL_TAKEN', field: 'email' } }

/** A guest who waits for a book. */
async function addGuest(server: TestServer) {
  const wish = newWish(await addBook(await server.admin()))
  const { id: prebookId } = await server.as().prebooks.confirm({ token: wishToken(wish) })
  const { id } = await server.services.store.read((reader) =>
    reader.selectFrom('users').select('id').where('email', '=', wish.email).executeTakeFirstOrThrow(),
  )
  return { id, email: wish.email, prebookId }
}

describe.each(engines)('a guest, on $name,', (engine) => {
  test('whose address is registered stays as it is, and is mailed a link that makes a reader of the guest', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const { id, email, prebookId } = await addGuest(server)
    const before = await accountRow(server, id)
    const register = () => server.as().auth.register({ email, password: 'a password of a stranger' })
    await expect(register()).rejects.toMatchObject(taken)
    expect(await accountRow(server, id)).toEqual(before)
    expect(await mailedLinks(server, 'set-password')).toMatchObject([
      { userId: id, recipient: null, lane: 'now' },
    ])

    const token = await latestToken(server, 'set-password')
    await server.as().auth.resetPassword({ token, password })
    const signedIn = await server.as().auth.login({ email, password })
    const reader = server.as(String(signedIn.token))
    expect((await reader.prebooks.list({})).items).toMatchObject([{ id: prebookId, status: 'waiting' }])
    expect((await reader.account.export({})).consents).toMatchObject([{ prebookId, locale: 'en' }])

    // From now on, it is taken like that of any reader.
    await expect(register()).rejects.toMatchObject(taken)
    expect(await mailedLinks(server, 'set-password')).toHaveLength(1)
  })

  test('is mailed so three times an hour at most, and the answer stays the same', async () => {
    const clock = { now: Date.now() }
    await using server = await createTestServer(engine, () => clock.now, withMail)
    const { email } = await addGuest(server)
    const register = () => server.as().auth.register({ email, password })
    for (let count = 0; count < 5; count += 1) await expect(register()).rejects.toMatchObject(taken)
    expect(await mailedLinks(server, 'set-password')).toHaveLength(3)
    clock.now += 3_600_000
    await expect(register()).rejects.toMatchObject(taken)
    expect(await mailedLinks(server, 'set-password')).toHaveLength(4)
  })

  test('is not mailed when deactivated, and without a mail server nothing is queued', async () => {
    await using server = await createTestServer(engine, Date.now, {
      mail: { ...withMail.mail, configured: false },
    })
    const { id, email } = await addGuest(server)
    const register = () => server.as().auth.register({ email, password })
    await expect(register()).rejects.toMatchObject(taken)
    server.services.mail.configured = true
    await server.services.store.write((tx) => updateUser(tx, id, { is_active: 0 }))
    await expect(register()).rejects.toMatchObject(taken)
    expect(await mailedLinks(server, 'set-password')).toEqual([])
  })

  test.each(['by a link', 'by the operator', 'by an invitation'] as const)(
    'who gets a password %s has no links to a page any more, and keeps the prebooks',
    async (how) => {
      await using server = await createTestServer(engine, Date.now, withMail)
      const { id, email, prebookId } = await addGuest(server)
      if (how === 'by a link') {
        await server.as().auth.requestPasswordReset({ email })
        await server.as().auth.resetPassword({ token: await latestToken(server, 'reset'), password })
      } else if (how === 'by the operator') await resetPassword(server.services, { email, password })
      else {
        const admin = await server.admin()
        await admin.call.users.invite({ email, role: 'staff' })
        await server.as().auth.acceptInvitation({ token: await latestToken(server, 'invite'), password })
      }
      const { token, user } = await server.as().auth.login({ email, password })
      expect(user).toMatchObject({ id, role: how === 'by an invitation' ? 'staff' : 'reader' })
      expect((await server.as(String(token)).prebooks.list({})).items).toMatchObject([
        { id: prebookId, status: 'waiting' },
      ])
      expect(await accountRow(server, id)).toMatchObject({ manage_generation: 1 })
    },
  )

  test('who was invited before is taken over without the role, which the invitation still gives', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const wish = newWish(await addBook(admin))
    const { userId } = await admin.call.users.invite({ email: wish.email, role: 'staff' })
    await server.as().prebooks.confirm({ token: wishToken(wish) })
    expect(await accountRow(server, userId)).toMatchObject({ role: 'reader', password_hash: null })
    const token = await latestToken(server, 'invite')
    expect(await readInvitation(server.services, token)).toEqual({ role: 'staff', needsPassword: true })
    await expect(server.as().auth.acceptInvitation({ token, password: wish.email })).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR', field: 'password' },
    })
    await server.as().auth.acceptInvitation({ token, password })
    const { user } = await server.as().auth.login({ email: wish.email, password })
    expect(user).toMatchObject({ id: userId, role: 'staff' })
  })
})
