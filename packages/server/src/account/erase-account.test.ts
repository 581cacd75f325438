import { readFile } from 'node:fs/promises'
import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { insertConsent, openAccountLink, queueMail, updateUser, type Database } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { requireSignedIn } from '../context.ts'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { addAwaitedBooks } from '../testing/awaited-books.ts'
import { latestToken, withMail } from '../testing/mailed-links.ts'
import { accountRow, createTestServer, testContext, type Person, type TestServer } from '../testing/server.ts'
import { addBook, watchPrebooks, watchStock } from '../testing/watcher.ts'
import { exportAccount } from './export-account.ts'
import { finishErasures } from './erasure.ts'

const password = 'a password for tests'

/** Texts about a person, each of which is stored somewhere. */
const traces = {
  email: 'somebody.unusual@example.org',
  oldEmail: 'once-unusual@example.org',
  pendingEmail: 'soon-unusual@example.org',
  error: '550 unusual mailbox',
  payload: 'unusual payload',
  answer: 'unusual-key',
  kept: 'unusual-header',
  consent: 'an unusual version',
}

/** An account of a member of staff about whom everything is stored that can be. */
async function fullAccount(server: TestServer, admin: Person) {
  const { store } = server.services
  const { email, oldEmail, pendingEmail, error, payload, answer, kept, consent } = traces
  const { token, user } = await server.as().auth.register({ email: oldEmail, password })
  const person = { id: user.id, token: String(token), call: server.as(String(token)) }
  await person.call.account.changeEmail({ email, password })
  await server.as().auth.verifyEmail({ token: await latestToken(server, 'change-email') })
  await person.call.account.changeEmail({ email: pendingEmail, password })
  // Its answer names the address.
  await server.keyed(admin.token, 'about').users.setRole({ userId: person.id, role: 'staff' })
  await server.services.sessions.start(person.id, { userAgent: 'curl/8' })
  const [waiting, notified] = [await addBook(admin, 'Waiting'), await addBook(admin, 'Notified')]
  for (const bookId of [waiting, notified])
    await server.keyed(person.token, `${kept}-${bookId}`).prebooks.create({ bookId })
  await person.call.stock.set({ bookId: notified, quantity: 3, idempotencyKey: answer })
  await dispatchDeliveries(server.services, { stopped: () => false, written: () => {} })
  await person.call.account.update({ mailOptOut: true })
  await store.write(async (tx) => {
    await updateUser(tx, person.id, { locale: 'fr' })
    const failed = { userId: person.id, kind: 'verify', lane: 'now', dedupeKey: 'failed', now: 1 } as const
    await queueMail(tx, { ...failed, recipient: pendingEmail, payload: { payload } })
    const state = { state: 'failed', last_error: error } as const
    await tx.updateTable('deliveries').set(state).where('dedupe_key', '=', 'failed').execute()
    const sending = { state: 'sending', lease_token: 't', lease_expires_at: 9_999_999_999_999 } as const
    await tx
      .updateTable('deliveries')
      .set({ ...sending, last_error: error })
      .where('kind', '=', 'change-email')
      .execute()
    const refusals = [email, oldEmail, pendingEmail].map((refused, index) => ({
      email: refused,
      delivery_id: index + 1,
      permanent: 1 as const,
      refused_at: 1,
    }))
    await tx.insertInto('refusals').values(refusals).execute()
    const { id: prebookId } = await tx
      .selectFrom('prebooks')
      .select('id')
      .where('user_id', '=', person.id)
      .orderBy('id')
      .executeTakeFirstOrThrow()
    await insertConsent(tx, { prebookId, version: consent, locale: 'fr', givenAt: 1 })
    await openAccountLink(tx, { userId: person.id, purpose: 'reset', expiresAt: 5 })
  })
  return { ...person, waiting, notified, hash: String((await accountRow(server, person.id)).password_hash) }
}

/** Every row of every table. */
async function contents({
  services,
}: TestServer): Promise<{ table: string; row: Record<string, unknown> }[]> {
  return services.store.write(async (tx) => {
    const tables = (await tx.introspection.getTables()).map(({ name }) => name as keyof Database)
    const rows = []
    for (const table of tables)
      for (const row of await tx.selectFrom(table).selectAll().execute()) rows.push({ table, row })
    return rows
  })
}

/** The number of networks that accounts are known to sign in from: what is kept for longer than a count. */
async function countMarks({ services }: TestServer): Promise<number> {
  const later = services.now() + 2 * 3_600_000
  const rows = await services.store.read((reader) =>
    reader.selectFrom('throttle_counts').select('key').where('expires_at', '>', later).execute(),
  )
  return rows.length
}

describe.each(engines)('erasing an account on $name', (engine) => {
  test('removes the person from every table, and frees the address', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, bystander] = [await server.admin(), await server.reader()]
    const person = await fullAccount(server, admin)
    for (const bookId of [person.waiting]) await bystander.call.prebooks.create({ bookId })
    const secrets = [...Object.values(traces), person.hash]
    const before = JSON.stringify(await contents(server))
    for (const secret of secrets) expect(before).toContain(secret)
    const marksBefore = await countMarks(server)
    const demandBefore = await admin.call.demand.top({})
    const deliveriesBefore = await admin.call.deliveries.list({ state: 'failed' })

    expect(await person.call.account.erase({ password })).toEqual({ ok: true })

    const rows = await contents(server)
    for (const secret of secrets) expect(JSON.stringify(rows)).not.toContain(secret)
    const left = rows.filter(({ row }) => [row['user_id'], row['actor_id']].includes(person.id))
    const counted = Object.groupBy(left, ({ table }) => table)
    expect(Object.fromEntries(Object.entries(counted).map(([table, some]) => [table, some?.length]))).toEqual(
      {
        prebooks: 2,
        stock_movements: 1,
        audit_entries: 2,
        deliveries: 6,
      },
    )
    expect(await accountRow(server, person.id)).toEqual({
      id: person.id,
      email: null,
      password_hash: null,
      role: 'reader',
      is_active: 0,
      mail_opt_out: 0,
      verified_at: null,
      locale: 'en',
      created_at: expect.any(Number),
      erased_at: expect.any(Number),
      manage_generation: 0,
    })
    expect(await person.call.auth.me()).toBeNull()
    await expect(server.as().auth.login({ email: traces.email, password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS' },
    })

    // The counts of the last hour stay. The network that it signed in from is forgotten.
    expect(await countMarks(server)).toBe(marksBefore - 1)

    // The waiting prebook is gone from the demand, and every other count stays.
    expect(demandBefore.totalWaiting).toBe(2)
    expect(await admin.call.demand.top({})).toMatchObject({
      totalWaiting: 1,
      items: [{ bookId: person.waiting, waiting: 1 }],
    })
    expect((await admin.call.demand.waitlist({ bookId: person.waiting })).items).toMatchObject([
      { userId: bystander.id },
    ])
    const states = left
      .filter(({ table }) => table === 'deliveries')
      .map(({ row }) => [row['kind'], row['state'], row['skip_reason']].join(' '))
    expect(states.toSorted()).toEqual([
      'change-email skipped erased',
      'change-email skipped erased',
      'email-changed skipped erased',
      'restock skipped erased',
      'verify failed ',
      'verify skipped erased',
    ])
    const failed = (await admin.call.deliveries.list({ state: 'failed' })).items
    expect(failed.map(({ id }) => id)).toEqual(deliveriesBefore.items.map(({ id }) => id))
    expect(failed).toMatchObject([{ email: null, lastError: null }])

    // Staff are remembered by their number.
    expect((await admin.call.audit.list({ actorId: person.id })).items).toMatchObject([
      { actorId: person.id, actorEmail: null, action: 'account.erase', subjectEmail: null },
      { actorId: person.id, actorEmail: null, action: 'stock.set' },
    ])
    expect((await admin.call.stock.history({ bookId: person.notified })).items).toMatchObject([
      { actorId: person.id, actorEmail: null },
    ])

    const again = await server.as().auth.register({ email: traces.email, password })
    expect(again.user).toMatchObject({ role: 'reader', mailOptOut: false })
    expect(again.user.id).not.toBe(person.id)
    const context = await requireSignedIn(testContext(server.services, String(again.token)), false)
    const all = await exportAccount(context, {})
    expect(all).toMatchObject({
      account: { verifiedAt: null, locale: 'en' },
      prebooks: [],
      consents: [],
      stockMovements: [],
      stockRequests: [],
      keptAnswers: [],
      refusals: [],
      auditEntries: [],
    })
  })

  test('requires the password of the account', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    await expect(reader.call.account.erase({})).rejects.toMatchObject({
      cause: { reason: 'VALIDATION_ERROR', field: 'password' },
    })
    await expect(reader.call.account.erase({ password: 'a guess' })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS', field: 'password' },
    })
    await expect(server.as().account.erase({ password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_REQUIRED' },
    })
    expect(await reader.call.account.get()).toMatchObject({ id: reader.id })
  })

  test('is refused when the password changes while it is checked', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const { store } = server.services
    const writeOnAdmins = store.writeOnAdmins.bind(store)
    store.writeOnAdmins = async (work, eventFor) => {
      await store.write((tx) => updateUser(tx, reader.id, { password_hash: 'another' }))
      return writeOnAdmins(work, eventFor)
    }
    await expect(reader.call.account.erase({ password })).rejects.toMatchObject({
      cause: { reason: 'AUTH_INVALID_CREDENTIALS', field: 'password' },
    })
    expect(await accountRow(server, reader.id)).toMatchObject({ email: expect.any(String), is_active: 1 })
  })

  test('is refused to the last active admin, and changes nothing', async () => {
    await using server = await createTestServer(engine)
    const [admin, other] = [await server.admin(), await server.admin()]
    await other.call.account.erase({ password })
    await expect(admin.call.account.erase({ password })).rejects.toMatchObject({
      cause: { reason: 'USER_LAST_ADMIN', field: null },
    })
    expect(await admin.call.account.get()).toMatchObject({ role: 'admin', isActive: true })
  })

  test('is not done without the audit entry of a member of staff', async () => {
    await using server = await createTestServer(engine)
    const [admin] = [await server.admin(), await server.admin()]
    const { store } = server.services
    await store.write((tx) => tx.schema.alterTable('audit_entries').renameTo('away').execute())
    await expect(admin.call.account.erase({ password })).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    })
    expect(await admin.call.account.get()).toMatchObject({ role: 'admin', isActive: true })
    await store.write((tx) => tx.schema.alterTable('away').renameTo('audit_entries').execute())
    await admin.call.account.erase({ password })
    const entries = await store.read((reader) => reader.selectFrom('audit_entries').selectAll().execute())
    expect(entries).toMatchObject([
      { actor_id: admin.id, subject: `user:${admin.id}`, action: 'account.erase', details: '{}' },
    ])
  })

  test('leaves nothing that an admin could list, change or invite by its number', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const { email } = await reader.call.account.get()
    await server.as().auth.requestPasswordReset({ email })
    const reset = await latestToken(server, 'reset')
    await reader.call.account.erase({ password })
    const { id: userId } = reader
    expect((await admin.call.users.list({})).items.map(({ id }) => id)).toEqual([admin.id])
    expect((await admin.call.users.list({ isActive: false })).items).toEqual([])
    for (const change of [
      () => admin.call.users.setRole({ userId, role: 'admin' }),
      () => admin.call.users.reactivate({ userId }),
      () => admin.call.users.deactivate({ userId }),
    ])
      await expect(change()).rejects.toMatchObject({ cause: { reason: 'USER_NOT_FOUND' } })
    await expect(
      server.as().auth.resetPassword({ token: reset, password: 'yet another one' }),
    ).rejects.toMatchObject({ cause: { reason: 'AUTH_LINK_INVALID' } })
    const invitation = await admin.call.users.invite({ email, role: 'staff' })
    expect(invitation.userId).not.toBe(userId)
  })

  test('ends the streams of the account at once', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, staff] = [await server.admin(), await server.reader()]
    await admin.call.users.setRole({ userId: staff.id, role: 'staff' })
    using own = await watchPrebooks(server, staff.token)
    using stock = await watchStock(server, staff.token)
    await vi.waitFor(() => expect(server.services.live.count('stock')).toBe(1), WAIT)
    await staff.call.account.erase({ password })
    for (const stream of [own, stock]) expect(await stream.ended).toMatchObject({ reason: 'AUTH_REQUIRED' })
  })

  test('cancels in slices, and is finished after a crash between them', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    const { services } = server
    const { store } = services
    const many = 501
    await addAwaitedBooks(server, reader.id, many)
    const waiting = () =>
      store.read((from) =>
        from.selectFrom('prebooks').select('id').where('cancelled_at', 'is', null).execute(),
      )
    const writeOnBooks = store.writeOnBooks.bind(store)
    const slices: (readonly number[])[] = []
    store.writeOnBooks = (bookIds, lock, work, eventFor) => {
      slices.push(bookIds)
      if (slices.length === 2) return Promise.reject(new Error('killed'))
      return writeOnBooks(bookIds, lock, work, eventFor)
    }
    await expect(reader.call.account.erase({ password })).rejects.toThrow('killed')
    expect(await waiting()).toHaveLength(1)
    expect(await accountRow(server, reader.id)).toMatchObject({ email: null, erased_at: null })
    expect(await reader.call.auth.me()).toBeNull()

    await finishErasures(services)
    expect(await waiting()).toEqual([])
    expect(await accountRow(server, reader.id)).toMatchObject({ erased_at: expect.any(Number) })
    expect(slices.map(({ length }) => length)).toEqual([500, 1, 1])
    for (const ids of slices) expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    // Later sweeps have nothing to do.
    await finishErasures(services)
    expect(slices).toHaveLength(3)
  })

  test('does not let anyone mail an address again and again by registering it', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const email = 'stranger@example.org'
    const register = async () => {
      const { token } = await server.as().auth.register({ email, password })
      return server.as(String(token))
    }
    for (let round = 0; round < 4; round += 1) await (await register()).account.erase({ password })
    const account = await (await register()).account.get()
    const deliveries = await server.services.store.read((reader) =>
      reader.selectFrom('deliveries').select('kind').execute(),
    )
    expect(deliveries).toEqual(Array.from({ length: 3 }, () => ({ kind: 'verify' })))
    expect(account).toMatchObject({ email, verifiedAt: null })
  })
})

test('what identified the person is not in the bytes of the SQLite file and its log', async () => {
  const [sqlite] = engines
  if (sqlite === undefined) throw new Error('There is no engine.')
  await using server = await createTestServer(sqlite, Date.now, withMail)
  const admin = await server.admin()
  const person = await fullAccount(server, admin)
  const neighbour = await server.as().auth.register({ email: 'neighbour@example.org', password })
  const bytes = async () => {
    const path = server.url.slice('file:'.length)
    const files = [path, `${path}-wal`].map((file) => readFile(file, 'latin1'))
    return (await Promise.all(files)).join('')
  }
  const secrets = [...Object.values(traces), person.hash]
  const before = await bytes()
  expect(secrets.filter((secret) => !before.includes(secret))).toEqual([])
  await person.call.account.erase({ password })
  const after = await bytes()
  expect(after).toContain(neighbour.user.email)
  expect(secrets.filter((secret) => after.includes(secret))).toEqual([])
})
