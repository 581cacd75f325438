import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { findUser, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { disownAccount, readVerifyLink } from '../mail/follow-account-link.ts'
import { addAwaitedBooks } from '../testing/awaited-books.ts'
import { latestToken, mailedLinks, withMail } from '../testing/mailed-links.ts'
import { createTestServer, type TestServer } from '../testing/server.ts'
import { addBook, watchPrebooks } from '../testing/watcher.ts'
import { newWish, wishToken } from '../testing/wishes.ts'

const squatted = 'owner@example.org'
const password = 'a password of the owner'

/** Somebody opens an account with the address of the owner. */
async function squat(server: TestServer) {
  const { token, user } = await server
    .as()
    .auth.register({ email: squatted, password: 'a password of the squatter' })
  return { id: user.id, token: String(token), call: server.as(String(token)) }
}

async function tokenOfReset(server: TestServer): Promise<string> {
  await server.as().auth.requestPasswordReset({ email: squatted })
  return latestToken(server, 'reset')
}

describe.each(engines)('the owner of an address, on $name,', (engine) => {
  test('takes over an unproven account by a reset: session, password and waiting prebooks are gone', async () => {
    await using server = await createTestServer(engine, Date.now, { ...withMail, resyncMs: 3_600_000 })
    const admin = await server.admin()
    const [waiting, notified] = [await addBook(admin, 'Waiting'), await addBook(admin, 'Notified')]
    const [squatter, bystander] = [await squat(server), await server.reader()]
    for (const bookId of [waiting, notified]) await squatter.call.prebooks.create({ bookId })
    await bystander.call.prebooks.create({ bookId: waiting })
    await admin.call.stock.set({ bookId: notified, quantity: 1 })
    await dispatchDeliveries(server.services, { stopped: () => false, written: () => {} })
    await squatter.call.account.update({ mailOptOut: true })
    await admin.call.users.setRole({ userId: squatter.id, role: 'staff' })
    using stream = await watchPrebooks(server, squatter.token)
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)

    const token = await tokenOfReset(server)
    await server.as().auth.resetPassword({ token, password })

    expect(await stream.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await squatter.call.auth.me()).toBeNull()
    await expect(
      server.as().auth.login({ email: squatted, password: 'a password of the squatter' }),
    ).rejects.toMatchObject({ cause: { reason: 'AUTH_INVALID_CREDENTIALS' } })
    const owner = server.as(String((await server.as().auth.login({ email: squatted, password })).token))
    expect(await owner.account.get()).toMatchObject({
      id: squatter.id,
      role: 'reader',
      mailOptOut: false,
      locale: 'en',
      verifiedAt: expect.any(String),
    })
    expect((await owner.prebooks.list({})).items).toMatchObject([
      { bookId: notified, status: 'notified' },
      { bookId: waiting, status: 'cancelled' },
    ])
    expect(await owner.books.waitlist({ bookId: waiting })).toMatchObject({ waiting: 1 })
    const { items } = await admin.call.deliveries.list({ bookId: notified })
    expect(items).toMatchObject([{ state: 'skipped', skipReason: 'unverified' }])
  })

  test('takes over by saying on the page of the first mail that the account is not theirs', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const squatter = await squat(server)
    const verify = await latestToken(server, 'verify')
    const reset = new URL(await disownAccount(server.services, verify))
    expect(await squatter.call.auth.me()).not.toBeNull()
    const token = reset.searchParams.get('token') ?? ''
    await server.as().auth.resetPassword({ token, password })
    expect(await squatter.call.auth.me()).toBeNull()
    await expect(server.as().auth.verifyEmail({ token: verify })).rejects.toMatchObject({
      cause: { reason: 'AUTH_LINK_INVALID' },
    })
    await server.as().auth.login({ email: squatted, password })
  })

  test('gets no page and no second link by a first link that a newer one replaced', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const squatter = await squat(server)
    const replaced = await latestToken(server, 'verify')
    await squatter.call.account.resendVerification()
    const invalid = { reason: 'AUTH_LINK_INVALID' }
    await expect(readVerifyLink(server.services, replaced)).rejects.toMatchObject(invalid)
    await expect(disownAccount(server.services, replaced)).rejects.toMatchObject(invalid)
    expect(await mailedLinks(server, 'reset')).toEqual([])
    const newest = await latestToken(server, 'verify')
    expect(await readVerifyLink(server.services, newest)).toMatchObject({ canTakeOver: true })
  })

  test('can no longer say so once the address is proven', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const squatter = await squat(server)
    const verify = await latestToken(server, 'verify')
    await server.services.store.write((tx) => updateUser(tx, squatter.id, { verified_at: 1 }))
    await expect(disownAccount(server.services, verify)).rejects.toMatchObject({
      reason: 'AUTH_LINK_INVALID',
    })
  })

  test('loses nothing by a reset once the address is proven', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const bookId = await addBook(await server.admin())
    const account = await squat(server)
    await account.call.prebooks.create({ bookId })
    await account.call.account.update({ mailOptOut: true })
    await server.as().auth.verifyEmail({ token: await latestToken(server, 'verify') })
    await server.as().auth.resetPassword({ token: await tokenOfReset(server), password })
    const owner = server.as(String((await server.as().auth.login({ email: squatted, password })).token))
    expect((await owner.prebooks.list({})).items).toMatchObject([{ status: 'waiting' }])
    expect(await owner.account.get()).toMatchObject({ mailOptOut: true })
  })

  test('gets rid of more prebooks than one transaction cancels', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    await addBook(await server.admin())
    const squatter = await squat(server)
    const many = 501
    await addAwaitedBooks(server, squatter.id, many)
    await server.as().auth.resetPassword({ token: await tokenOfReset(server), password })
    const left = await server.services.store.read((reader) =>
      reader.selectFrom('prebooks').select('id').where('cancelled_at', 'is', null).execute(),
    )
    expect(left).toEqual([])
  })

  test('does not take the role of the last active admin', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const squatter = await squat(server)
    await admin.call.users.setRole({ userId: squatter.id, role: 'admin' })
    await squatter.call.users.setRole({ userId: admin.id, role: 'reader' })
    await server.as().auth.resetPassword({ token: await tokenOfReset(server), password })
    const user = await server.services.store.read((reader) => findUser(reader, squatter.id))
    expect(user).toMatchObject({ role: 'admin', verified_at: expect.any(Number) })
  })

  test('keeps what they pre-book when two take-overs overlap', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const bookId = await addBook(await server.admin())
    const squatter = await squat(server)
    await squatter.call.prebooks.create({ bookId })
    const confirm = () => server.as().prebooks.confirm({ token: wishToken(wish) })
    const wish = newWish(bookId, { email: squatted })
    const { store } = server.services
    const writeOnBooks = store.writeOnBooks.bind(store)
    const overtaken = Promise.withResolvers<number>()
    store.writeOnBooks = async (...write) => {
      store.writeOnBooks = writeOnBooks
      // The first one has locked the squatter out. The second one begins and ends before it goes on.
      overtaken.resolve((await confirm()).id)
      return writeOnBooks(...write)
    }
    expect(await confirm()).toMatchObject({
      id: await overtaken.promise,
      status: 'waiting',
      queuePosition: 1,
    })
  })

  test('keeps a link that works when the take-over was interrupted, and no one can sign in meanwhile', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const squatter = await squat(server)
    const token = await tokenOfReset(server)
    const { store } = server.services
    const writeOnBooks = store.writeOnBooks.bind(store)
    store.writeOnBooks = () => Promise.reject(new Error('killed'))
    await expect(server.as().auth.resetPassword({ token, password })).rejects.toThrow('killed')
    expect(await squatter.call.auth.me()).toBeNull()
    for (const guess of [password, 'a password of the squatter'])
      await expect(server.as().auth.login({ email: squatted, password: guess })).rejects.toMatchObject({
        cause: { reason: 'AUTH_INVALID_CREDENTIALS' },
      })
    store.writeOnBooks = writeOnBooks
    await server.as().auth.resetPassword({ token, password })
    await server.as().auth.login({ email: squatted, password })
  })
})
