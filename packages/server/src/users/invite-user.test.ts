import { describe, expect, test } from 'vitest'
import { findUserByEmail, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { latestToken, mailedLinks, withMail } from '../testing/mailed-links.ts'
import { createTestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'

const email = 'colleague@example.org'
const password = 'a password for tests'

describe.each(engines)('an invitation on $name', (engine) => {
  test('gives an account without a password, which the invited person chooses', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const invitation = await admin.call.users.invite({ email, role: 'staff' })
    expect(invitation).toMatchObject({ email, role: 'staff', expiresAt: expect.any(String) })
    const user = await server.services.store.read((reader) => findUserByEmail(reader, email))
    expect(user).toMatchObject({
      id: invitation.userId,
      role: 'reader',
      password_hash: null,
      verified_at: null,
    })
    await expect(server.as().auth.login({ email, password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS' },
    })
    const token = await latestToken(server, 'invite')
    await expect(server.as().auth.acceptInvitation({ token, password: email })).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR', field: 'password' },
    })
    expect(await server.as().auth.acceptInvitation({ token, password })).toEqual({ ok: true })
    const signedIn = await server.as().auth.login({ email, password })
    expect(signedIn.user).toMatchObject({ id: invitation.userId, role: 'staff' })
    expect(await server.as(String(signedIn.token)).account.get()).toMatchObject({
      verifiedAt: expect.any(String),
    })
    await expect(server.as().auth.acceptInvitation({ token, password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_LINK_INVALID' },
    })
  })

  test('only raises the role of an account whose address is proven', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await reader.call.prebooks.create({ bookId })
    const { email: address } = await reader.call.account.get()
    await admin.call.users.invite({ email: address, role: 'staff' })
    await server.services.store.write((tx) => updateUser(tx, reader.id, { verified_at: 1 }))
    expect(await reader.call.account.get()).toMatchObject({ role: 'reader' })
    const token = await latestToken(server, 'invite')
    await server.as().auth.acceptInvitation({ token, password: 'not used at all' })
    expect(await reader.call.account.get()).toMatchObject({ role: 'staff' })
    expect((await reader.call.prebooks.list({})).items).toMatchObject([{ status: 'waiting' }])
    await server.as().auth.login({ email: address, password })
  })

  test('takes over an account whose address was never proven', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, squatter] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await squatter.call.prebooks.create({ bookId })
    const { email: address } = await squatter.call.account.get()
    await admin.call.users.invite({ email: address, role: 'admin' })
    const token = await latestToken(server, 'invite')
    await server.as().auth.acceptInvitation({ token, password: 'another password' })
    expect(await squatter.call.auth.me()).toBeNull()
    const { user, token: session } = await server
      .as()
      .auth.login({ email: address, password: 'another password' })
    expect(user.role).toBe('admin')
    expect((await server.as(String(session)).prebooks.list({})).items).toMatchObject([
      { status: 'cancelled' },
    ])
  })

  test('is refused while one is open, and possible again once it has expired', async () => {
    let now = Date.now()
    await using server = await createTestServer(engine, () => now, withMail)
    const admin = await server.admin()
    const invite = () => admin.call.users.invite({ email, role: 'staff' })
    const first = await Promise.allSettled([invite(), invite(), invite()])
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(first.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { cause: { reason: 'INVITATION_PENDING', field: 'email' } },
    })
    now += 7 * 86_400_000
    await invite()
    const [old, current] = await mailedLinks(server, 'invite')
    await expect(
      server.as().auth.acceptInvitation({ token: old?.token ?? '', password }),
    ).rejects.toMatchObject({ cause: { reason: 'AUTH_LINK_INVALID' } })
    await server.as().auth.acceptInvitation({ token: current?.token ?? '', password })
  })

  test('is refused for an account that has the role, or is deactivated', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, other, reader] = [await server.admin(), await server.admin(), await server.reader()]
    const addresses = { other: await other.call.account.get(), reader: await reader.call.account.get() }
    await admin.call.users.deactivate({ userId: reader.id })
    for (const address of [addresses.other.email, addresses.reader.email])
      await expect(admin.call.users.invite({ email: address, role: 'staff' })).rejects.toMatchObject({
        cause: { reason: 'VALIDATION_ERROR', field: 'email' },
      })
    expect(await mailedLinks(server, 'invite')).toEqual([])
  })
})
