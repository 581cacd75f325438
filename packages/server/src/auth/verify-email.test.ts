import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { latestToken, mailedLinks, withMail } from '../testing/mailed-links.ts'
import { accountRow, createTestServer, type TestServer } from '../testing/server.ts'
import { addBook, watchPrebooks } from '../testing/watcher.ts'

const password = 'a password for tests'
const linkInvalid = { cause: { reason: 'AUTH_LINK_INVALID' } }

/** The kinds of all queued mails. */
function kindsOf({ services }: TestServer): Promise<string[]> {
  return services.store.read(async (reader) =>
    (await reader.selectFrom('deliveries').select('kind').execute()).map(({ kind }) => kind),
  )
}

describe.each(engines)('proving an address on $name', (engine) => {
  test('keeps the password, the sessions and the prebooks', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const bookId = await addBook(await server.admin())
    const reader = await server.reader()
    await reader.call.prebooks.create({ bookId })
    const { email, verifiedAt } = await reader.call.account.get()
    expect(verifiedAt).toBeNull()
    const [mail] = await mailedLinks(server, 'verify')
    expect(mail).toMatchObject({ userId: reader.id, lane: 'now' })
    expect(await server.as().auth.verifyEmail({ token: mail?.token ?? '' })).toEqual({ ok: true })
    expect(await reader.call.account.get()).toMatchObject({ verifiedAt: expect.any(String) })
    expect((await reader.call.prebooks.list({})).items).toMatchObject([{ status: 'waiting' }])
    await server.as().auth.login({ email, password })
    await expect(server.as().auth.verifyEmail({ token: mail?.token ?? '' })).rejects.toMatchObject(
      linkInvalid,
    )
  })

  test('does not depend on who is signed in', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [reader, other] = [await server.reader(), await server.reader()]
    const [mail] = await mailedLinks(server, 'verify')
    await other.call.auth.verifyEmail({ token: mail?.token ?? '' })
    expect(await reader.call.account.get()).toMatchObject({ verifiedAt: expect.any(String) })
    expect(await other.call.account.get()).toMatchObject({ verifiedAt: null })
  })

  test('works for 7 days', async () => {
    let now = Date.now()
    await using server = await createTestServer(engine, () => now, withMail)
    await server.reader()
    const token = await latestToken(server, 'verify')
    now += 7 * 86_400_000
    await expect(server.as().auth.verifyEmail({ token })).rejects.toMatchObject(linkInvalid)
    now -= 2_000
    expect(await server.as().auth.verifyEmail({ token })).toEqual({ ok: true })
  })

  test('works by a new link, which replaces the first one, and is not asked for twice', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const reader = await server.reader()
    expect(await reader.call.account.resendVerification()).toEqual({ ok: true })
    const [first, second] = await mailedLinks(server, 'verify')
    await expect(server.as().auth.verifyEmail({ token: first?.token ?? '' })).rejects.toMatchObject(
      linkInvalid,
    )
    await server.as().auth.verifyEmail({ token: second?.token ?? '' })
    expect(await reader.call.account.resendVerification()).toEqual({ ok: true })
    expect(await mailedLinks(server, 'verify')).toHaveLength(2)
  })
})

describe.each(engines)('changing the address on $name', (engine) => {
  const change = { email: 'new@example.org', password }

  test('changes nothing before the new address is confirmed, and tells the old one', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const reader = await server.reader()
    await server.as().auth.verifyEmail({ token: await latestToken(server, 'verify') })
    const before = await reader.call.account.get()
    await server.as().auth.requestPasswordReset({ email: before.email })
    const reset = await latestToken(server, 'reset')

    expect(await reader.call.account.changeEmail(change)).toEqual({ ok: true })
    expect(await reader.call.account.get()).toEqual(before)
    await server.as().auth.login({ email: before.email, password })
    const [mail] = await mailedLinks(server, 'change-email')
    expect(mail).toMatchObject({ recipient: change.email, lane: 'now' })
    expect(await kindsOf(server)).not.toContain('email-changed')

    await server.as().auth.verifyEmail({ token: mail?.token ?? '' })
    expect(await reader.call.account.get()).toMatchObject({ email: change.email })
    await server.as().auth.login({ email: change.email, password })
    await expect(server.as().auth.login({ email: before.email, password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS' },
    })
    const told = await server.services.store.read((read) =>
      read.selectFrom('deliveries').selectAll().where('kind', '=', 'email-changed').execute(),
    )
    expect(told).toMatchObject([{ recipient: before.email, user_id: reader.id, lane: 'now' }])
    for (const token of [mail?.token ?? '', reset])
      await expect(
        server.as().auth.resetPassword({ token, password: 'yet another one' }),
      ).rejects.toMatchObject(linkInvalid)
    await expect(server.as().auth.verifyEmail({ token: mail?.token ?? '' })).rejects.toMatchObject(
      linkInvalid,
    )
  })

  test('answers alike for an address that is proven, and refuses it on confirmation only', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [reader, other] = [await server.reader(), await server.reader()]
    await server.as().auth.verifyEmail({ token: await latestToken(server, 'verify') })
    const before = await reader.call.account.get()
    const { email } = await other.call.account.get()
    expect(await reader.call.account.changeEmail({ email, password })).toEqual({ ok: true })
    const token = await latestToken(server, 'change-email')
    await expect(server.as().auth.verifyEmail({ token })).rejects.toMatchObject({
      cause: { reason: 'AUTH_EMAIL_TAKEN' },
    })
    expect(await reader.call.account.get()).toEqual(before)
    expect(await other.call.account.get()).toMatchObject({ email })
  })

  test('takes it from an account that has not proven it, and erases that account', async () => {
    await using server = await createTestServer(engine, Date.now, { ...withMail, resyncMs: 3_600_000 })
    const bookId = await addBook(await server.admin())
    const [reader, squatter] = [await server.reader(), await server.reader()]
    await squatter.call.prebooks.create({ bookId })
    const { email } = await squatter.call.account.get()
    using stream = await watchPrebooks(server, squatter.token)
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    await reader.call.account.changeEmail({ email, password })
    expect(await squatter.call.auth.me()).toMatchObject({ email })

    await server.as().auth.verifyEmail({ token: await latestToken(server, 'change-email') })
    expect(await stream.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await squatter.call.auth.me()).toBeNull()
    const signedIn = await server.as().auth.login({ email, password })
    expect(signedIn.user).toMatchObject({ id: reader.id })
    expect(await reader.call.account.get()).toMatchObject({ email, verifiedAt: expect.any(String) })
    expect(await reader.call.books.waitlist({ bookId })).toMatchObject({ waiting: 0 })
    expect(await accountRow(server, squatter.id)).toMatchObject({
      email: null,
      erased_at: expect.any(Number),
    })
  })

  test('does not take it from the last active admin', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { email } = await admin.call.account.get()
    await server.services.store.write((tx) => updateUser(tx, admin.id, { verified_at: null }))
    await reader.call.account.changeEmail({ email, password })
    const token = await latestToken(server, 'change-email')
    await expect(server.as().auth.verifyEmail({ token })).rejects.toMatchObject({
      cause: { reason: 'AUTH_EMAIL_TAKEN' },
    })
    expect(await admin.call.account.get()).toMatchObject({ email, role: 'admin' })
  })

  test('lets one of two accounts have an address that both confirm at once', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const readers = [await server.reader(), await server.reader()]
    for (const { call } of readers) await call.account.changeEmail(change)
    const mails = await mailedLinks(server, 'change-email')
    const confirmed = await Promise.allSettled(
      mails.map(({ token }) => server.as().auth.verifyEmail({ token })),
    )
    expect(confirmed.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(confirmed.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { cause: { reason: 'AUTH_EMAIL_TAKEN' } },
    })
  })

  test('requires the current password, and another address', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const reader = await server.reader()
    const { email } = await reader.call.account.get()
    await expect(reader.call.account.changeEmail({ ...change, password: 'a guess' })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS', field: 'password' },
    })
    await expect(reader.call.account.changeEmail({ email, password })).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR', field: 'email' },
    })
    expect(await mailedLinks(server, 'change-email')).toEqual([])
  })

  test('is limited by the address that gets the mail', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [reader, other] = [await server.reader(), await server.reader()]
    for (let count = 0; count < 5; count += 1) await reader.call.account.changeEmail(change)
    await expect(other.call.account.changeEmail(change)).rejects.toMatchObject({
      cause: { reason: 'RATE_LIMITED' },
    })
    expect(await other.call.account.changeEmail({ ...change, email: 'another@example.org' })).toEqual({
      ok: true,
    })
  })
})
