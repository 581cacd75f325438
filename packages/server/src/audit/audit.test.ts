import { callTRPCProcedure, TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { AuditAction, auditDetails } from '@prebook/core'
import { claimDeliveries, concludeDelivery, insertApiToken, type Store } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { appRouter } from '../router/app-router.ts'
import { toPrebookError } from '../router/errors.ts'
import { shopOn } from '../testing/mail-shop.ts'
import { withMail } from '../testing/mailed-links.ts'
import { createTestServer, testContext } from '../testing/server.ts'

type Stage = Awaited<ReturnType<typeof createStage>>

/** A server with an admin, a book, a withdrawn book, an active and an inactive reader, a token, and an e-mail that failed. */
async function createStage(engine: TestEngine) {
  const server = await createTestServer(engine, Date.now, withMail)
  const { services } = server
  const { store } = services
  const [admin, active, inactive] = [await server.admin(), await server.reader(), await server.reader()]
  const shop = shopOn(services)
  const { bookId, waiting } = await shop.wait(1)
  await shop.restock(bookId)
  const { bookId: withdrawnId } = await shop.wait(0)
  await shop.withdraw(withdrawnId)
  await dispatchDeliveries(services, { stopped: () => false, written: () => {} })
  const tokenId = await store.write(async (tx) => {
    const token = { name: 'Till', hash: 'f'.repeat(64), scopes: '', created_by: admin.id, created_at: 1 }
    const { id } = await insertApiToken(tx, token)
    await tx.updateTable('users').set({ is_active: 0 }).where('id', '=', inactive.id).execute()
    const now = services.now()
    const [failed] = await claimDeliveries(tx, { lane: 'bulk', limit: 1, token: 't', now, leaseMs: 60_000 })
    const refusal = { email: waiting[0]?.email ?? '', permanent: true, at: now }
    await concludeDelivery(
      tx,
      { id: failed?.id ?? 0, kind: 'restock', token: 't' },
      { state: 'failed', error: '550 no', refusal },
    )
    return id
  })
  const entries = () =>
    store.read((reader) => reader.selectFrom('audit_entries').selectAll().orderBy('id').execute())
  return {
    server,
    services,
    admin,
    active,
    inactive,
    tokenId,
    bookId,
    withdrawnId,
    call: admin.call,
    entries,
  }
}

/** What people type, and must not be in an entry. */
const typed = 'ask ada@books.example, pass phrase sesame'

const invalidRow = { title: typed, author: typed, priceCents: 5, isbn: typed }

/** A change by each mutation that readers are refused, with the start of its entry's subject. */
const mutations: {
  action: AuditAction
  /** The procedure, unless the action has its name. */
  procedure?: string
  subject: RegExp
  change: (stage: Stage) => Promise<unknown>
}[] = [
  {
    action: 'books.create',
    subject: /^book:\d+$/,
    change: ({ call }) =>
      call.books.create({ title: typed, author: typed, description: typed, priceCents: 5, stockQuantity: 2 }),
  },
  {
    action: 'books.update',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) => call.books.update({ bookId, title: typed, priceCents: 1 }),
  },
  {
    action: 'books.import',
    subject: /^books$/,
    change: ({ call }) =>
      call.books.import({
        rows: [{ title: typed, author: typed, priceCents: 5, isbn: '9780441013593' }, invalidRow],
      }),
  },
  {
    action: 'books.expect',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) =>
      call.books.expect({ bookId, expectedOn: `${new Date().getUTCFullYear() + 1}-03` }),
  },
  {
    action: 'books.withdraw',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) => call.books.withdraw({ bookId, note: typed }),
  },
  {
    action: 'books.reinstate',
    subject: /^book:\d+$/,
    change: ({ call, withdrawnId }) => call.books.reinstate({ bookId: withdrawnId }),
  },
  {
    action: 'stock.set',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) =>
      call.stock.set({ bookId, quantity: 70, note: typed, idempotencyKey: 'ada@books.example' }),
  },
  {
    action: 'stock.adjust',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) => call.stock.adjust({ bookId, delta: -1, note: typed }),
  },
  {
    action: 'stock.adjust',
    procedure: 'stock.batch',
    subject: /^book:\d+$/,
    change: ({ call, bookId }) => call.stock.batch({ lines: [{ bookId, delta: -2, note: typed }] }),
  },
  {
    action: 'deliveries.redrive',
    subject: /^deliveries$/,
    change: ({ call }) => call.deliveries.redrive({ state: 'failed' }),
  },
  {
    action: 'deliveries.liftSuppression',
    subject: /^delivery:\d+$/,
    async change({ call }) {
      const { items } = await call.deliveries.list({})
      return call.deliveries.liftSuppression({ deliveryId: items[0]?.id ?? 0 })
    },
  },
  {
    action: 'users.invite',
    subject: /^user:\d+$/,
    change: ({ call }) => call.users.invite({ email: 'ada@books.example', role: 'staff' }),
  },
  {
    action: 'users.setRole',
    subject: /^user:\d+$/,
    change: ({ call, active }) => call.users.setRole({ userId: active.id, role: 'staff' }),
  },
  {
    action: 'users.setRole',
    procedure: 'users.update',
    subject: /^user:\d+$/,
    change: ({ call, active }) => call.users.update({ userId: active.id, role: 'admin' }),
  },
  {
    action: 'users.deactivate',
    subject: /^user:\d+$/,
    change: ({ call, active }) => call.users.deactivate({ userId: active.id }),
  },
  {
    action: 'users.reactivate',
    subject: /^user:\d+$/,
    change: ({ call, inactive }) => call.users.reactivate({ userId: inactive.id }),
  },
  {
    action: 'tokens.create',
    subject: /^token:\d+$/,
    change: ({ call }) => call.tokens.create({ name: typed, scopes: ['stock:write'], expiresInDays: 9 }),
  },
  {
    action: 'tokens.rotate',
    subject: /^token:\d+$/,
    change: ({ call, tokenId }) => call.tokens.rotate({ tokenId, overlapHours: 3 }),
  },
  {
    action: 'tokens.revoke',
    subject: /^token:\d+$/,
    change: ({ call, tokenId }) => call.tokens.revoke({ tokenId }),
  },
]

/** Every row of every table except the audit entries. */
async function contents(store: Store): Promise<Record<string, string[]>> {
  return store.write(async (tx) => {
    const contentsOf: Record<string, string[]> = {}
    for (const { name } of await tx.introspection.getTables()) {
      if (name.startsWith('audit_entries')) continue
      const rows = await tx
        .selectFrom(name as 'books')
        .selectAll()
        .execute()
      contentsOf[name] = rows.map((row) => JSON.stringify(row)).toSorted()
    }
    return contentsOf
  })
}

/** The reason of the refusal of a mutation without an input. */
async function refusalOf(path: string, { services }: Stage['server'], token: string): Promise<string> {
  try {
    const ctx = testContext(services, token)
    const getRawInput = async () => undefined
    const call = { router: appRouter, path, ctx, getRawInput, signal: undefined, batchIndex: 0 }
    await callTRPCProcedure({ ...call, type: 'mutation' })
    return 'none'
  } catch (error) {
    if (error instanceof TRPCError) return toPrebookError(error).reason
    throw error
  }
}

describe.each(engines)('the audit log on $name', (engine) => {
  test('has one entry for each change by an admin, written with it or not at all', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    const { store } = stage.services
    const before = await contents(store)
    await store.write((tx) => tx.schema.alterTable('audit_entries').renameTo('audit_entries_away').execute())
    for (const { action, change } of mutations) {
      const failure = { code: 'INTERNAL_SERVER_ERROR' }
      await expect(change(stage), action).rejects.toMatchObject(failure)
    }
    expect(await contents(store)).toEqual(before)

    await store.write((tx) => tx.schema.alterTable('audit_entries_away').renameTo('audit_entries').execute())
    for (const [index, { action, subject, change }] of mutations.entries()) {
      await change(stage)
      const entries = await stage.entries()
      expect(entries.length, action).toBe(index + 1)
      expect(entries.at(-1)).toMatchObject({
        at: expect.any(Number),
        actor_id: stage.admin.id,
        action,
        subject: expect.stringMatching(subject),
      })
    }
  })

  test('stores no secret, no address and nothing typed', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    for (const { change } of mutations) await change(stage)
    const entries = await stage.entries()
    expect(entries).toHaveLength(mutations.length)
    for (const { action, details } of entries) auditDetails[action].parse(JSON.parse(details))
    expect(JSON.stringify(entries)).not.toMatch(/@|books\.example|sesame/)
    expect(JSON.stringify(entries)).not.toContain(stage.admin.token)
  })

  test('has no entry for a call that changes nothing', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    const { call, bookId, withdrawnId, active, inactive } = stage
    const isbn = '9780441013593'
    const row = { title: 'Dune', author: 'Frank Herbert', priceCents: 5, isbn }
    const keyed = { bookId, quantity: 70, idempotencyKey: 'k' }
    await call.books.import({ rows: [row] })
    await call.stock.set(keyed)
    const delivery = (await call.deliveries.list({})).items[0]?.id ?? 0
    await call.deliveries.liftSuppression({ deliveryId: delivery })
    await call.tokens.revoke({ tokenId: stage.tokenId })
    const before = await stage.entries()
    await call.tokens.revoke({ tokenId: stage.tokenId })
    await expect(call.tokens.rotate({ tokenId: stage.tokenId, overlapHours: 1 })).rejects.toThrow('revoked')
    await call.books.import({ rows: [row, invalidRow] })
    await call.books.import({ rows: [{ ...row, priceCents: 6 }], dryRun: true })
    await call.stock.set(keyed)
    await call.stock.set({ bookId, quantity: 70 })
    await call.stock.batch({ lines: [{ bookId, delta: 1 }], dryRun: true })
    await call.deliveries.redrive({ state: 'held' })
    await call.deliveries.liftSuppression({ deliveryId: delivery })
    await call.books.withdraw({ bookId: withdrawnId })
    await call.books.reinstate({ bookId })
    await call.users.reactivate({ userId: active.id })
    await call.users.deactivate({ userId: inactive.id })
    await call.users.setRole({ userId: active.id, role: 'reader' })
    await call.users.update({ userId: active.id, role: 'reader', isActive: true })
    await expect(call.tokens.revoke({ tokenId: 999_999 })).rejects.toThrow('Token not found')
    await expect(call.users.deactivate({ userId: 999_999 })).rejects.toThrow('Account')
    await expect(call.stock.adjust({ bookId, delta: -71 })).rejects.toThrow('stock')
    await expect(call.books.create({ ...row })).rejects.toThrow('ISBN')
    expect(await stage.entries()).toEqual(before)
    expect(before.map(({ action }) => action)).toEqual([
      'books.import',
      'stock.set',
      'deliveries.liftSuppression',
      'tokens.revoke',
    ])
  })

  test('has one entry when an account is deactivated many times at once', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    const { call, active } = stage
    const calls = Array.from({ length: 10 }, () => call.users.deactivate({ userId: active.id }))
    for (const user of await Promise.all(calls)) expect(user.isActive).toBe(false)
    expect((await stage.entries()).map(({ action }) => action)).toEqual(['users.deactivate'])
  })

  test('says what changed', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    const { call, bookId, active } = stage
    const isbn = '9780441013593'
    await call.books.update({ bookId, author: 'Someone', isbn, priceCents: 1 })
    const { movement } = await call.stock.set({ bookId, quantity: 70 })
    const row = { title: 'Ubik', author: 'P. K. Dick', priceCents: 5, isbn }
    const { outcomes } = await call.books.import({
      rows: [row, { ...row, isbn: '9780553283686' }, invalidRow, row],
    })
    const delivery = (await call.deliveries.list({ state: 'failed' })).items[0]?.id ?? 0
    await call.deliveries.redrive({ deliveryId: delivery })
    await call.users.update({ userId: active.id, role: 'staff', isActive: false })
    const { items } = await call.audit.list({})
    expect(items.map(({ action, subject, details }) => ({ action, subject, details }))).toEqual([
      { action: 'users.deactivate', subject: `user:${active.id}`, details: {} },
      {
        action: 'users.setRole',
        subject: `user:${active.id}`,
        details: { oldRole: 'reader', newRole: 'staff' },
      },
      { action: 'deliveries.redrive', subject: `delivery:${delivery}`, details: { redriven: 1 } },
      {
        action: 'books.import',
        subject: 'books',
        details: {
          createdIds: outcomes.flatMap((it) => (it.outcome === 'created' ? [it.bookId] : [])),
          updatedIds: [bookId],
          unchanged: 1,
          invalid: 1,
        },
      },
      {
        action: 'stock.set',
        subject: `book:${bookId}`,
        details: { movementId: movement?.id, delta: movement?.delta, quantityAfter: 70 },
      },
      {
        action: 'books.update',
        subject: `book:${bookId}`,
        details: { fields: ['author', 'isbn', 'price'], oldPriceCents: expect.any(Number), newPriceCents: 1 },
      },
    ])
  })

  test('is listed for admins in pages, filtered, with the present addresses', async () => {
    const stage = await createStage(engine)
    await using _ = stage.server
    const { server, call, active, inactive, admin } = stage
    const other = await server.admin()
    await other.call.users.deactivate({ userId: active.id })
    await call.users.reactivate({ userId: inactive.id })
    await call.users.reactivate({ userId: active.id })
    await server.services.store.write((tx) =>
      tx.updateTable('users').set({ email: 'moved@books.example' }).where('id', '=', active.id).execute(),
    )
    const first = await call.audit.list({ limit: 2 })
    const second = await call.audit.list({ limit: 2, cursor: first.nextCursor })
    const all = [...first.items, ...second.items]
    expect(second.nextCursor).toBeNull()
    expect(all.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['users.reactivate', admin.id],
      ['users.reactivate', admin.id],
      ['users.deactivate', other.id],
    ])
    expect(all[0]).toEqual({
      id: expect.any(Number),
      at: expect.stringMatching(/Z$/),
      actorId: admin.id,
      actorEmail: expect.stringMatching(/^admin\d+@example\.org$/),
      tokenId: null,
      tokenName: null,
      action: 'users.reactivate',
      subject: `user:${active.id}`,
      subjectEmail: 'moved@books.example',
      subjectTokenName: null,
      details: {},
    })
    const ids = async (filter: Parameters<typeof call.audit.list>[0]) =>
      (await call.audit.list(filter)).items.map(({ id }) => id)
    const [newest = 0, middle = 0, oldest = 0] = all.map(({ id }) => id)
    expect(await ids({ actorId: admin.id })).toEqual([newest, middle])
    expect(await ids({ subject: `user:${active.id}` })).toEqual([newest, oldest])
    expect(await ids({ action: 'users.deactivate' })).toEqual([oldest])
    expect(await ids({ action: 'users.deactivate', actorId: admin.id })).toEqual([])
    const { nextCursor } = await call.users.list({ limit: 1 })
    await expect(call.audit.list({ cursor: nextCursor })).rejects.toThrow(
      'cursor that the previous page of this list returned',
    )
    await expect(stage.inactive.call.audit.list({})).rejects.toThrow('admins')
  })
})

test('every mutation that readers are refused is among those above', async () => {
  const [engine] = engines
  if (engine === undefined) throw new Error('There is no engine.')
  await using server = await createTestServer(engine)
  const { id } = await server.reader()
  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures: Record<string, { _def: { type: string } }> = appRouter._def.procedures as never
  const forbidden: string[] = []
  for (const [path, procedure] of Object.entries(procedures)) {
    // oxlint-disable-next-line no-underscore-dangle -- nor any other way to their types
    if (procedure._def.type !== 'mutation') continue
    const { token } = await server.services.sessions.start(id)
    if ((await refusalOf(path, server, token)) === 'AUTH_FORBIDDEN') forbidden.push(path)
  }
  const placed = mutations.map(({ action, procedure = action }) => procedure)
  expect(forbidden.toSorted()).toEqual(placed.toSorted())
  // Readers may erase their accounts too: see erase-account.test.ts.
  const actions = new Set([...mutations.map(({ action }) => action), 'account.erase'])
  expect(actions).toEqual(new Set(AuditAction.options))
})
