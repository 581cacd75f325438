import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { TRPCError } from '@trpc/server'
import { hasReason } from '@prebook/core'
import { queueMail, type Store, type Tx } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { withMail } from '../testing/mailed-links.ts'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import { KEPT_MS } from './answer-once.ts'

type Caller = Person['call']

/** A call of each procedure that keeps its answer. They run in this order. */
const calls: Record<string, (call: Caller, ids: { bookId: number; userId: number }) => Promise<unknown>> = {
  'books.create': (call) => call.books.create({ title: 'Keyed', author: 'A', priceCents: 1 }),
  'books.update': (call, { bookId }) => call.books.update({ bookId, title: 'Another' }),
  'books.import': (call) =>
    call.books.import({ rows: [{ title: 'I', author: 'A', priceCents: 1, isbn: '9780441013593' }] }),
  'books.expect': (call, { bookId }) =>
    call.books.expect({ bookId, expectedOn: `${new Date().getUTCFullYear() + 1}-03` }),
  'prebooks.create': (call, { bookId }) => call.prebooks.create({ bookId }),
  'books.withdraw': (call, { bookId }) => call.books.withdraw({ bookId }),
  'books.reinstate': (call, { bookId }) => call.books.reinstate({ bookId }),
  'account.update': (call) => call.account.update({ mailOptOut: true }),
  'users.invite': (call) => call.users.invite({ email: 'invited@example.org', role: 'staff' }),
  'users.setRole': (call, { userId }) => call.users.setRole({ userId, role: 'staff' }),
  'users.update': (call, { userId }) => call.users.update({ userId, role: 'reader' }),
  'users.deactivate': (call, { userId }) => call.users.deactivate({ userId }),
  'users.reactivate': (call, { userId }) => call.users.reactivate({ userId }),
  'deliveries.redrive': (call) => call.deliveries.redrive({ state: 'failed' }),
}

async function openShop(engine: TestEngine, now?: () => number) {
  const server = await createTestServer(engine, now, withMail)
  const [admin, reader] = [await server.admin(), await server.reader()]
  const { id: bookId } = await admin.call.books.create({ title: 'B', author: 'A', priceCents: 1 })
  return { server, admin, reader, bookId, userId: reader.id }
}

const create = (call: Caller, title = 'Keyed') => call.books.create({ title, author: 'A', priceCents: 1 })

const titles = async ({ services }: TestServer) =>
  services.store.read(async (reader) =>
    (await reader.selectFrom('books').select('title').orderBy('id').execute()).map(({ title }) => title),
  )

const keptRows = ({ services }: TestServer) =>
  services.store.read((reader) => reader.selectFrom('kept_answers').selectAll().execute())

/** Everything that the calls above change. */
async function changed(tx: Tx): Promise<string> {
  const tables = ['books', 'prebooks', 'users', 'account_links', 'deliveries'] as const
  const rows = await Promise.all(tables.map((table) => tx.selectFrom(table).selectAll().execute()))
  return JSON.stringify(rows.map((some) => some.map((row) => JSON.stringify(row)).toSorted()))
}

/** Watches the transactions of a store that keep an answer: whether they change anything else. */
function watchKeeping(store: Store): { keptWithChange: boolean[] } {
  const keptWithChange: boolean[] = []
  const watched =
    <T>(work: (tx: Tx) => Promise<T>) =>
    async (tx: Tx) => {
      const count = () => tx.selectFrom('kept_answers').select('principal').execute()
      const [before, keptBefore] = [await changed(tx), await count()]
      const result = await work(tx)
      if ((await count()).length > keptBefore.length) keptWithChange.push((await changed(tx)) !== before)
      return result
    }
  const write = store.write.bind(store)
  const writeOnBook = store.writeOnBook.bind(store)
  const writeOnBooks = store.writeOnBooks.bind(store)
  const writeOnAdmins = store.writeOnAdmins.bind(store)
  store.write = (work, eventFor) => write(watched(work), eventFor)
  store.writeOnBook = (bookId, lock, work, eventFor) => writeOnBook(bookId, lock, watched(work), eventFor)
  store.writeOnBooks = (ids, lock, work, eventFor) => writeOnBooks(ids, lock, watched(work), eventFor)
  store.writeOnAdmins = (work, eventFor) => writeOnAdmins(watched(work), eventFor)
  return { keptWithChange }
}

describe.each(engines)('a request with an idempotency key on $name', (engine) => {
  test('is answered once by every procedure that keeps its answer, in the transaction of its change', async () => {
    const { server, admin, ...ids } = await openShop(engine)
    await using _ = server
    await server.services.store.write(async (tx) => {
      const mail = { kind: 'reset', lane: 'now', userId: ids.userId, dedupeKey: 'failed', now: 1 } as const
      await queueMail(tx, mail)
      await tx.updateTable('deliveries').set({ state: 'failed' }).where('dedupe_key', '=', 'failed').execute()
    })
    const { keptWithChange } = watchKeeping(server.services.store)
    for (const [name, change] of Object.entries(calls)) {
      let replays = 0
      const call = server.keyed(admin.token, name, () => (replays += 1))
      const first = await change(call, ids)
      // On SQLite, one of these calls another, so the same transaction is seen twice.
      expect([name, replays, ...new Set(keptWithChange.splice(0))]).toEqual([name, 0, true])
      expect(await change(call, ids)).toEqual(first)
      expect([name, replays, keptWithChange]).toEqual([name, 1, []])
    }
    expect(await keptRows(server)).toHaveLength(Object.keys(calls).length)
  })

  test('gets the answer that an earlier version kept, which lacks the later fields', async () => {
    const { server, admin, bookId } = await openShop(engine)
    await using _ = server
    const { store } = server.services
    const later = ['currency', 'withdrawnAt', 'expectedOn', 'expectedPrecision', 'cancelledBy', 'successorId']
    later.push('bookExpectedOn', 'bookExpectedPrecision')
    for (const make of [create, (call: Caller) => call.prebooks.create({ bookId })]) {
      const call = server.keyed(admin.token, make.name)
      const first = await make(call)
      const answer = JSON.stringify(first, (field, value: unknown) =>
        later.includes(field) ? undefined : value,
      )
      await store.write((tx) => tx.updateTable('kept_answers').set({ answer }).execute())
      expect(await make(call)).toEqual(first)
    }
  })

  test('is refused for another input or operation, and belongs to one account', async () => {
    const { server, admin, reader, bookId } = await openShop(engine)
    await using _ = server
    const call = server.keyed(admin.token, 'k')
    await create(call)
    const reused = { cause: { reason: 'IDEMPOTENCY_KEY_REUSED' } }
    await expect(create(call, 'Other')).rejects.toMatchObject(reused)
    await expect(call.books.update({ bookId, title: 'Keyed' })).rejects.toMatchObject(reused)
    await expect(call.prebooks.create({ bookId })).rejects.toMatchObject(reused)
    expect(await server.keyed(reader.token, 'k').prebooks.create({ bookId })).toMatchObject({ bookId })
    expect(await titles(server)).toEqual(['B', 'Keyed'])
  })

  test('of a token belongs to the token, also after it is rotated', async () => {
    const { server, admin } = await openShop(engine)
    await using _ = server
    const scopes = ['catalogue:write', 'stock:write'] as const
    const made = await admin.call.tokens.create({ name: 'Till', scopes: [...scopes] })
    const other = await admin.call.tokens.create({ name: 'Desk', scopes: [...scopes] })
    const first = await create(server.keyed(made.token, 'k'))
    const lines = [{ bookId: first.id, delta: 1 }]
    const batch = await server.keyed(made.token, 'b').stock.batch({ lines })
    expect((await create(server.keyed(admin.token, 'k'))).id).not.toBe(first.id)
    expect((await create(server.keyed(other.token, 'k'))).id).not.toBe(first.id)

    const { token } = await admin.call.tokens.rotate({ tokenId: made.id, overlapHours: 0 })
    let replays = 0
    const onReplayed = () => (replays += 1)
    expect(await create(server.keyed(token, 'k', onReplayed))).toEqual(first)
    expect(await server.keyed(token, 'b', onReplayed).stock.batch({ lines })).toEqual(batch)
    expect(replays).toBe(2)
  })

  test('that was refused can be sent again', async () => {
    const { server, admin, reader, bookId } = await openShop(engine)
    await using _ = server
    await admin.call.stock.set({ bookId, quantity: 1 })
    const call = server.keyed(reader.token, 'k')
    await expect(call.prebooks.create({ bookId })).rejects.toThrow('in stock')
    await admin.call.stock.set({ bookId, quantity: 0 })
    expect(await call.prebooks.create({ bookId })).toMatchObject({ status: 'waiting' })
  })

  test('is refused to who may no longer send it', async () => {
    const { server, admin } = await openShop(engine)
    await using _ = server
    const other = await server.admin()
    const call = server.keyed(other.token, 'k')
    await create(call)
    await admin.call.users.setRole({ userId: other.id, role: 'reader' })
    await expect(create(call)).rejects.toMatchObject({ cause: { reason: 'AUTH_FORBIDDEN' } })
    await admin.call.users.deactivate({ userId: other.id })
    await expect(create(call)).rejects.toMatchObject({ cause: { reason: 'AUTH_ACCOUNT_DEACTIVATED' } })
  })

  test('a hundred times at once makes one change; who comes meanwhile is asked to wait', async () => {
    const { server, admin } = await openShop(engine)
    await using _ = server
    const open = (url: string) => engine.openForRaces(url, { locks: true })
    await using other = await joinTestServer(server.url, open)
    const waits: (number | null)[] = []
    const send = async (index: number): Promise<string> => {
      for (;;) {
        try {
          return JSON.stringify(await create((index % 2 === 0 ? server : other).keyed(admin.token, 'k')))
        } catch (error) {
          const { cause } = error as TRPCError
          if (!hasReason(cause, 'IDEMPOTENCY_KEY_IN_FLIGHT')) throw error
          waits.push(cause.retryAfterSeconds)
          await turn()
        }
      }
    }
    const answers = await Promise.all(Array.from({ length: 100 }, (__, index) => send(index)))
    expect(new Set(answers).size).toBe(1)
    expect(await titles(server)).toEqual(['B', 'Keyed'])
    expect(new Set(waits)).toEqual(new Set([1]))
  })

  test('through two processes at once makes one change', async () => {
    const { server, admin, reader, bookId } = await openShop(engine)
    await using _ = server
    const open = (url: string) => engine.openForRaces(url, { locks: true })
    await using other = await joinTestServer(server.url, open)
    for (let round = 0; round < 20; round += 1) {
      const key = `k${round}`
      const each = [server, other]
      // One can be repeated, and the other is refused the second time.
      const books = await Promise.all(each.map((one) => create(one.keyed(admin.token, key))))
      expect(books[1]).toEqual(books[0])
      const prebooks = await Promise.all(
        each.map((one) => one.keyed(reader.token, key).prebooks.create({ bookId })),
      )
      expect(prebooks[1]).toEqual(prebooks[0])
      await reader.call.prebooks.cancel({ prebookId: prebooks[0]?.id ?? 0 })
    }
    expect((await reader.call.prebooks.list({ limit: 100 })).items).toHaveLength(20)
    expect(await titles(server)).toHaveLength(21)
  })

  test('is undone with its change, and can then be sent again', async () => {
    const { server, admin } = await openShop(engine)
    await using _ = server
    const { store } = server.services
    await store.write((tx) => tx.schema.alterTable('kept_answers').renameTo('away').execute())
    const call = server.keyed(admin.token, 'k')
    await expect(create(call)).rejects.toThrow('kept_answers')
    await store.write((tx) => tx.schema.alterTable('away').renameTo('kept_answers').execute())
    expect(await titles(server)).toEqual(['B'])
    await create(call)
    expect(await titles(server)).toEqual(['B', 'Keyed'])
  })

  test('counts as new after a day', async () => {
    let time = Date.now()
    const { server, admin } = await openShop(engine, () => time)
    await using _ = server
    const call = server.keyed(admin.token, 'k')
    const first = await create(call)
    time += KEPT_MS - 1
    expect(await create(call)).toEqual(first)
    time += 1
    const second = await create(call, 'Later')
    expect(second.id).not.toBe(first.id)
    expect(await create(call, 'Later')).toEqual(second)
    expect(await keptRows(server)).toHaveLength(1)
  })

  test('stores no secret', async () => {
    const { server, admin, ...ids } = await openShop(engine)
    await using _ = server
    for (const [name, change] of Object.entries(calls)) await change(server.keyed(admin.token, name), ids)
    const stored = JSON.stringify(await keptRows(server))
    expect(stored).not.toContain(admin.token)
    expect(stored).not.toMatch(/argon2|pbk_|password/i)
  })
})

test('every procedure that keeps its answer is among those above', async () => {
  const { appRouter } = await import('../router/app-router.ts')
  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures: Record<string, { _def: { meta?: { idempotencyKey?: string } } }> = appRouter._def
    .procedures as never
  const kept = Object.entries(procedures)
    // oxlint-disable-next-line no-underscore-dangle -- nor any other way to their metadata
    .filter(([, { _def }]) => _def.meta?.idempotencyKey === 'kept')
    .map(([name]) => name)
  // These need more to change something: mail that was refused, and an account that is not proven.
  const others = ['deliveries.liftSuppression', 'account.resendVerification']
  expect(kept.toSorted()).toEqual([...Object.keys(calls), ...others].toSorted())
})
