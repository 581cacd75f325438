import { createHash } from 'node:crypto'
import { WAIT } from '@prebook/testing/bounds'
import { consent } from '@prebook/core'
import { revokeManageLinks, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { describe, expect, test, vi } from 'vitest'
import { beginErasure, finishErasure } from '../account/erasure.ts'
import { links } from '../testing/mail-shop.ts'
import { latestToken, withMail } from '../testing/mailed-links.ts'
import { accountRow, createTestServer, type TestServer } from '../testing/server.ts'
import { addBook, watchPrebooks } from '../testing/watcher.ts'
import { newWish, wishToken } from '../testing/wishes.ts'

const tables = ['users', 'prebooks', 'waitlists', 'consents', 'used_wishes', 'sessions'] as const

/** The rows of all tables that a confirmation may write. */
async function contents({ services }: TestServer) {
  return services.store.read(async (reader) => {
    const rows: Record<string, Record<string, unknown>[]> = {}
    for (const table of tables) rows[table] = await reader.selectFrom(table).selectAll().execute()
    return rows
  })
}

const refusal = (reason: string) => ({ cause: { reason } })

const manageToken = (url: string) => new URL(url).searchParams.get('token') ?? ''

describe.each(engines)('confirming a wish, on $name,', (engine) => {
  test('makes a guest with a proven address, whose place counts from the confirmation', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin, 'Dune')
    const wish = newWish(bookId, { locale: 'de' })
    // The wish came first.
    await reader.call.prebooks.create({ bookId })
    const confirmed = await server.as().prebooks.confirm({ token: wishToken(wish) })

    expect(confirmed).toMatchObject({ bookId, bookTitle: 'Dune', status: 'waiting', queuePosition: 2 })
    const { users, consents, used_wishes } = await contents(server)
    const guest = users?.at(-1)
    expect(guest).toMatchObject({
      email: wish.email,
      password_hash: null,
      role: 'reader',
      verified_at: expect.any(Number),
      locale: 'de',
    })
    expect(consents).toEqual([
      { prebook_id: confirmed.id, version: consent.version, locale: 'de', given_at: expect.any(Number) },
    ])
    const hash = createHash('sha256').update(wish.id).digest('hex')
    expect(used_wishes).toEqual([
      { hash, prebook_id: confirmed.id, manage_generation: 0, expires_at: wish.expiresAt },
    ])
    expect(links.readManage(manageToken(confirmed.manageUrl), Date.now())).toEqual({
      userId: guest?.['id'],
      generation: 0,
    })
  })

  test('again answers with the prebook as it is now, and makes nothing', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const [first, second] = [await addBook(admin), await addBook(admin)]
    const token = wishToken(newWish(first))
    const other = wishToken(newWish(second))
    const confirm = (again: string) => server.as().prebooks.confirm({ token: again })
    const { id, queuePosition } = await confirm(token)
    const restocked = await confirm(other)
    const before = await contents(server)
    expect(await confirm(token)).toMatchObject({ id, queuePosition, status: 'waiting' })
    expect(await contents(server)).toEqual(before)

    const { services } = server
    const userId = Number(before['prebooks']?.[0]?.['user_id'])
    await server.as((await services.sessions.start(userId)).token).prebooks.cancel({ prebookId: id })
    await admin.call.stock.set({ bookId: second, quantity: 1 })
    const after = await contents(server)
    expect(await confirm(token)).toMatchObject({ id, status: 'cancelled', queuePosition: null })
    expect(await confirm(other)).toMatchObject({ id: restocked.id, status: 'notified', queuePosition: null })
    expect(await contents(server)).toEqual(after)
  })

  test('finds the guest of an earlier one, and changes nothing about the account', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const wish = newWish(await addBook(admin), { locale: 'fr' })
    await server.as().prebooks.confirm({ token: wishToken(wish) })
    const [, guest] = (await contents(server))['users'] ?? []
    const next = newWish(await addBook(admin), { email: wish.email, locale: 'ar' })
    await server.as().prebooks.confirm({ token: wishToken(next) })
    const { users, prebooks, consents } = await contents(server)
    expect(users?.slice(1)).toEqual([guest])
    expect(prebooks?.map((row) => row['user_id'])).toEqual([guest?.['id'], guest?.['id']])
    expect(consents?.map((row) => row['locale'])).toEqual(['fr', 'ar'])
  })

  test('pre-books for a reader with a password, who sees it at once and gets no link to manage without signing in', async () => {
    await using server = await createTestServer(engine, Date.now, { ...withMail, resyncMs: 3_600_000 })
    const bookId = await addBook(await server.admin())
    const reader = await server.reader()
    const { email } = await reader.call.account.get()
    await server.services.store.write((tx) => updateUser(tx, reader.id, { verified_at: 1 }))
    using stream = await watchPrebooks(server, reader.token)
    await vi.waitFor(() => expect(server.services.live.count('prebooks')).toBe(1), WAIT)
    const before = await accountRow(server, reader.id)
    const confirmed = await server.as().prebooks.confirm({ token: wishToken(newWish(bookId, { email })) })
    expect(confirmed.manageUrl).toBe(links.prebookingsPage())
    await vi.waitFor(
      () => expect(stream.items).toMatchObject([{ id: confirmed.id, status: 'waiting' }]),
      WAIT,
    )
    expect(await accountRow(server, reader.id)).toEqual(before)
  })

  test('takes over an account whose address was never proven', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const [wanted, others] = [await addBook(admin), await addBook(admin)]
    const squatter = await server.reader()
    const { email } = await squatter.call.account.get()
    for (const bookId of [wanted, others]) await squatter.call.prebooks.create({ bookId })
    await squatter.call.account.update({ mailOptOut: true })
    const verify = await latestToken(server, 'verify')
    const wish = newWish(wanted, { email, locale: 'es' })
    const confirmed = await server.as().prebooks.confirm({ token: wishToken(wish) })

    expect(confirmed).toMatchObject({ bookId: wanted, status: 'waiting', queuePosition: 1 })
    expect(await squatter.call.auth.me()).toBeNull()
    expect(await accountRow(server, squatter.id)).toMatchObject({
      email,
      password_hash: null,
      verified_at: expect.any(Number),
      mail_opt_out: 0,
      locale: 'es',
    })
    await expect(server.as().auth.login({ email, password: 'a password for tests' })).rejects.toMatchObject(
      refusal('AUTH_INVALID_CREDENTIALS'),
    )
    await expect(server.as().auth.verifyEmail({ token: verify })).rejects.toMatchObject(
      refusal('AUTH_LINK_INVALID'),
    )
    const { prebooks } = await contents(server)
    const waiting = prebooks?.filter((row) => row['cancelled_at'] === null)
    expect(waiting).toMatchObject([{ id: confirmed.id, user_id: squatter.id }])
    expect(await admin.call.books.waitlist({ bookId: others })).toMatchObject({ waiting: 0 })
  })

  test.each(['in stock', 'withdrawn'] as const)(
    'of a book that is %s by then says so, and stores nothing',
    async (state) => {
      await using server = await createTestServer(engine, Date.now, withMail)
      const admin = await server.admin()
      const bookId = await addBook(admin)
      const unproven = await server.reader()
      const { email } = await unproven.call.account.get()
      const proven = await server.reader()
      const account = await proven.call.account.get()
      await server.services.store.write((tx) => updateUser(tx, proven.id, { verified_at: 1 }))
      const wishes = [newWish(bookId), newWish(bookId, { email }), newWish(bookId, { email: account.email })]
      if (state === 'in stock') await admin.call.stock.set({ bookId, quantity: 2 })
      else await admin.call.books.withdraw({ bookId })
      const before = await contents(server)
      const reason = state === 'in stock' ? 'PREBOOK_BOOK_IN_STOCK' : 'PREBOOK_BOOK_WITHDRAWN'
      for (const wish of wishes)
        await expect(server.as().prebooks.confirm({ token: wishToken(wish) })).rejects.toMatchObject(
          refusal(reason),
        )
      expect(await contents(server)).toEqual(before)

      // The link still works once it can be pre-booked again.
      if (state === 'in stock') await admin.call.stock.set({ bookId, quantity: 0 })
      else await admin.call.books.reinstate({ bookId })
      const [first] = wishes
      if (first === undefined) throw new Error('There is no wish.')
      expect(await server.as().prebooks.confirm({ token: wishToken(first) })).toMatchObject({
        status: 'waiting',
      })
    },
  )

  test('of a deactivated account is refused, proven or not, also when it was confirmed before', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const used = newWish(bookId)
    await server.as().prebooks.confirm({ token: wishToken(used) })
    const unproven = await server.reader()
    const { email } = await unproven.call.account.get()
    const guestId = Number((await contents(server))['prebooks']?.[0]?.['user_id'])
    for (const userId of [unproven.id, guestId]) await admin.call.users.deactivate({ userId })
    const before = await contents(server)
    const other = await addBook(admin)
    for (const wish of [used, newWish(other, { email }), newWish(other, { email: used.email })])
      await expect(server.as().prebooks.confirm({ token: wishToken(wish) })).rejects.toMatchObject(
        refusal('AUTH_ACCOUNT_DEACTIVATED'),
      )
    expect(await contents(server)).toEqual(before)
  })

  test('of somebody who waits already leads to the prebook that there is', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const bookId = await addBook(await server.admin())
    const wish = newWish(bookId)
    const { id } = await server.as().prebooks.confirm({ token: wishToken(wish) })
    const again = newWish(bookId, { email: wish.email, locale: 'fr' })
    expect(await server.as().prebooks.confirm({ token: wishToken(again) })).toMatchObject({ id })
    const { prebooks, consents, used_wishes } = await contents(server)
    expect(prebooks).toMatchObject([{ id }])
    expect(consents).toMatchObject([{ prebook_id: id, locale: 'en' }])
    expect(used_wishes?.map((row) => row['prebook_id'])).toEqual([id, id])

    // Cancelled since, so neither link pre-books again.
    const { token } = await server.services.sessions.start(Number(prebooks?.[0]?.['user_id']))
    await server.as(token).prebooks.cancel({ prebookId: id })
    for (const each of [wish, again])
      expect(await server.as().prebooks.confirm({ token: wishToken(each) })).toMatchObject({
        id,
        status: 'cancelled',
      })
  })

  test('is refused by a link that has expired, or that is for something else', async () => {
    const clock = { now: Date.now() }
    await using server = await createTestServer(engine, () => clock.now, withMail)
    const bookId = await addBook(await server.admin())
    const [wish, later] = [newWish(bookId), newWish(bookId)]
    const { manageUrl } = await server.as().prebooks.confirm({ token: wishToken(wish) })
    const token = wishToken(later)
    const before = await contents(server)
    const refuses = async (each: string) =>
      expect(server.as().prebooks.confirm({ token: each })).rejects.toMatchObject(
        refusal('AUTH_LINK_INVALID'),
      )
    for (const each of [
      manageToken(manageUrl),
      `x${token}`,
      token.replace(/^./, 'X'),
      'x',
      token.slice(0, -1),
    ])
      await refuses(each)
    await refuses(wishToken(newWish(987_654)))
    clock.now = later.expiresAt
    for (const each of [token, wishToken(wish)]) await refuses(each)
    expect(await contents(server)).toEqual(before)
  })

  test('is refused after the account was erased: the hash alone is left, until the link expires', async () => {
    const clock = { now: Date.now() }
    await using server = await createTestServer(engine, () => clock.now, withMail)
    const admin = await server.admin()
    const wish = newWish(await addBook(admin))
    await server.as().prebooks.confirm({ token: wishToken(wish) })
    const userId = Number((await contents(server))['prebooks']?.[0]?.['user_id'])
    const { services } = server
    const refuses = () =>
      expect(server.as().prebooks.confirm({ token: wishToken(wish) })).rejects.toMatchObject(
        refusal('AUTH_LINK_INVALID'),
      )
    await services.store.writeOnAdmins((tx) => beginErasure(services, tx, userId))
    // At once, also when the process dies before the rest is done.
    await refuses()
    await finishErasure(services, userId)
    await refuses()
    const { used_wishes, consents, users } = await contents(server)
    expect(consents).toEqual([])
    expect(used_wishes).toEqual([
      { hash: expect.any(String), prebook_id: null, manage_generation: null, expires_at: wish.expiresAt },
    ])
    expect(users?.some((row) => row['email'] === wish.email)).toBe(false)
    expect(JSON.stringify(await contents(server))).not.toContain(wish.email)

    // A wish that was not confirmed before the erasing is a new one.
    const next = newWish(wish.bookId, { email: wish.email })
    expect(await server.as().prebooks.confirm({ token: wishToken(next) })).toMatchObject({ queuePosition: 1 })
  })

  test('again gives no link to manage that works after they were revoked', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const wish = newWish(await addBook(await server.admin()))
    await server.as().prebooks.confirm({ token: wishToken(wish) })
    const userId = Number((await contents(server))['prebooks']?.[0]?.['user_id'])
    await server.services.store.write((tx) => revokeManageLinks(tx, userId))
    const { manageUrl } = await server.as().prebooks.confirm({ token: wishToken(wish) })
    expect(links.readManage(manageToken(manageUrl), Date.now())).toEqual({ userId, generation: 0 })
    expect(await accountRow(server, userId)).toMatchObject({ manage_generation: 1 })
  })

  test('counts towards the pre-bookings that an account may make in an hour', async () => {
    await using server = await createTestServer(engine, Date.now, { ...withMail, prebooksPerHour: 1 })
    const admin = await server.admin()
    const reader = await server.reader()
    const { email } = await reader.call.account.get()
    await server.services.store.write((tx) => updateUser(tx, reader.id, { verified_at: 1 }))
    await reader.call.prebooks.create({ bookId: await addBook(admin) })
    const wish = newWish(await addBook(admin), { email })
    await expect(server.as().prebooks.confirm({ token: wishToken(wish) })).rejects.toMatchObject(
      refusal('RATE_LIMITED'),
    )
  })
})
