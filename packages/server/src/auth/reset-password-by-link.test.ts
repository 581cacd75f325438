import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { findUser, updateUser } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { latestToken, mailedLinks, withMail } from '../testing/mailed-links.ts'
import { createTestServer, testContext, type Person, type TestServer } from '../testing/server.ts'
import { addBook, watchPrebooks } from '../testing/watcher.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword } from './reset-password.ts'

const password = 'a password for tests'
const another = 'another password for tests'
const linkInvalid = { cause: { reason: 'AUTH_LINK_INVALID' } }

/** A reader whose address is proven. */
async function provenReader(server: TestServer): Promise<Person & { email: string }> {
  const reader = await server.reader()
  await server.services.store.write((tx) => updateUser(tx, reader.id, { verified_at: 1 }))
  const { email } = await reader.call.account.get()
  return { ...reader, email }
}

async function openShop(engine: TestEngine, now: () => number = Date.now) {
  return createTestServer(engine, now, { ...withMail, resyncMs: 3_600_000 })
}

describe.each(engines)('a password reset on $name', (engine) => {
  test('sets a password and ends every session and stream, but keeps the prebooks', async () => {
    await using server = await openShop(engine)
    const bookId = await addBook(await server.admin())
    const [reader, bystander] = [await provenReader(server), await server.reader()]
    const prebook = await reader.call.prebooks.create({ bookId })
    using stream = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)

    expect(await server.as().auth.requestPasswordReset({ email: reader.email })).toEqual({ ok: true })
    const token = await latestToken(server, 'reset')
    expect(await server.as().auth.resetPassword({ token, password: another })).toEqual({ ok: true })

    expect(await stream.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await reader.call.auth.me()).toBeNull()
    expect(await bystander.call.auth.me()).not.toBeNull()
    const old = server.as().auth.login({ email: reader.email, password })
    await expect(old).rejects.toMatchObject({ cause: { reason: 'AUTH_INVALID_CREDENTIALS' } })
    const again = await server.as().auth.login({ email: reader.email, password: another })
    const { items } = await server.as(String(again.token)).prebooks.list({})
    expect(items).toMatchObject([{ id: prebook.id, status: 'waiting' }])
  })

  test('has a link that works once, also when it is used many times at once', async () => {
    await using server = await openShop(engine)
    const { email } = await provenReader(server)
    await server.as().auth.requestPasswordReset({ email })
    const token = await latestToken(server, 'reset')
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) =>
        server.as().auth.resetPassword({ token, password: `${another} ${index}` }),
      ),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const winner = tries.findIndex(({ status }) => status === 'fulfilled')
    for (const failure of tries.filter(({ status }) => status === 'rejected'))
      expect(failure).toMatchObject({ reason: linkInvalid })
    await server.as().auth.login({ email, password: `${another} ${winner}` })
    await expect(server.as().auth.resetPassword({ token, password: another })).rejects.toMatchObject(
      linkInvalid,
    )
  })

  test('has only one link: the newest', async () => {
    await using server = await openShop(engine)
    const { email } = await provenReader(server)
    await server.as().auth.requestPasswordReset({ email })
    await server.as().auth.requestPasswordReset({ email })
    const [first, second] = await mailedLinks(server, 'reset')
    const use = (token = '') => server.as().auth.resetPassword({ token, password: another })
    await expect(use(first?.token)).rejects.toMatchObject(linkInvalid)
    expect(await use(second?.token)).toEqual({ ok: true })
  })

  test('has a link that expires after 30 minutes', async () => {
    let now = Date.now()
    await using server = await openShop(engine, () => now)
    const { email } = await provenReader(server)
    await server.as().auth.requestPasswordReset({ email })
    const token = await latestToken(server, 'reset')
    now += 30 * 60_000
    await expect(server.as().auth.resetPassword({ token, password: another })).rejects.toMatchObject(
      linkInvalid,
    )
    now -= 2_000
    expect(await server.as().auth.resetPassword({ token, password: another })).toEqual({ ok: true })
  })

  test('refuses links of another purpose, of others and mangled ones', async () => {
    await using server = await openShop(engine)
    const { email } = await provenReader(server)
    const verify = await latestToken(server, 'verify')
    await server.as().auth.requestPasswordReset({ email })
    const token = await latestToken(server, 'reset')
    const foreign = token.replace(/^\d+/, (id) => String(Number(id) + 1))
    for (const bad of [verify, foreign, `${token}x`, token.slice(0, -1), token.toUpperCase(), 'x'])
      await expect(server.as().auth.resetPassword({ token: bad, password: another })).rejects.toMatchObject(
        linkInvalid,
      )
    expect(await server.as().auth.resetPassword({ token, password: another })).toEqual({ ok: true })
  })

  test('refuses a weak password, and the link still works', async () => {
    await using server = await openShop(engine)
    const { email } = await provenReader(server)
    await server.as().auth.requestPasswordReset({ email })
    const token = await latestToken(server, 'reset')
    for (const weak of ['short', 'password123', '        ', email, email.split('@')[0] ?? ''])
      await expect(server.as().auth.resetPassword({ token, password: weak })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
    await expect(server.as().auth.resetPassword({ token, password: email })).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR', field: 'password' },
    })
    expect(await server.as().auth.resetPassword({ token, password: another })).toEqual({ ok: true })
  })

  test('makes as many commits for an unknown address, and says the same', async () => {
    await using server = await openShop(engine)
    const { email } = await provenReader(server)
    const { services } = server
    let commits = 0
    const write = services.store.write.bind(services.store)
    services.store.write = (work, eventFor) => {
      commits += 1
      return write(work, eventFor)
    }
    const ask = async (address: string) => {
      commits = 0
      const answer = await requestPasswordReset(testContext(services), { email: address })
      return { answer, commits }
    }
    const known = await ask(email)
    expect(known).toEqual({ answer: { ok: true }, commits: 1 })
    expect(await ask('unknown@example.org')).toEqual(known)
    expect(await mailedLinks(server, 'reset')).toHaveLength(1)
  })

  test('refuses too many requests for an address, with or without an account', async () => {
    let now = Date.now()
    await using server = await openShop(engine, () => now)
    const { email } = await provenReader(server)
    for (const address of [email, 'unknown@example.org']) {
      const ask = () => server.as().auth.requestPasswordReset({ email: address })
      for (let count = 0; count < 5; count += 1) await ask()
      await expect(ask()).rejects.toMatchObject({ cause: { reason: 'RATE_LIMITED' } })
    }
    expect(await mailedLinks(server, 'reset')).toHaveLength(5)
    now += 3_600_000
    expect(await server.as().auth.requestPasswordReset({ email })).toEqual({ ok: true })
  })

  test('mails nothing to a deactivated account, whose links do not work either', async () => {
    await using server = await openShop(engine)
    const { id, email } = await provenReader(server)
    await server.as().auth.requestPasswordReset({ email })
    const token = await latestToken(server, 'reset')
    await server.services.store.write((tx) => updateUser(tx, id, { is_active: 0 }))
    expect(await server.as().auth.requestPasswordReset({ email })).toEqual({ ok: true })
    expect(await mailedLinks(server, 'reset')).toHaveLength(1)
    await expect(server.as().auth.resetPassword({ token, password: another })).rejects.toMatchObject(
      linkInvalid,
    )
    const user = await server.services.store.read((reader) => findUser(reader, id))
    expect(user?.is_active).toBe(0)
  })

  test('is closed by a changed password and by the command of the operator', async () => {
    await using server = await openShop(engine)
    const changes = [
      (reader: Person) =>
        reader.call.account.changePassword({ currentPassword: password, newPassword: `${password}!` }),
      (_: Person, email: string) => resetPassword(server.services, { email, password: `${password}!` }),
    ]
    for (const change of changes) {
      const reader = await server.reader()
      const { email } = await reader.call.account.get()
      const verify = await latestToken(server, 'verify')
      await server.as().auth.requestPasswordReset({ email })
      const token = await latestToken(server, 'reset')
      await change(reader, email)
      await expect(server.as().auth.resetPassword({ token, password: another })).rejects.toMatchObject(
        linkInvalid,
      )
      await expect(server.as().auth.verifyEmail({ token: verify })).rejects.toMatchObject(linkInvalid)
    }
  })

  test('is refused without a mail server, and so is everything else that mails a link', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { email } = await reader.call.account.get()
    const calls = [
      () => server.as().auth.requestPasswordReset({ email }),
      () => reader.call.account.resendVerification(),
      () => reader.call.account.changeEmail({ email: 'new@example.org', password }),
      () => admin.call.users.invite({ email: 'new@example.org', role: 'staff' }),
    ]
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ cause: { reason: 'MAIL_NOT_CONFIGURED' } })
    const mails = await server.services.store.read((read) =>
      read.selectFrom('deliveries').select('id').execute(),
    )
    expect(mails).toEqual([])
  })
})
