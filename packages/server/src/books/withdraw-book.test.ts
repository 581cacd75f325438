import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { openStore } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { addBook, finalStates, watchPrebooks } from '../testing/watcher.ts'

describe.each(engines)('a withdrawal on $name', (engine) => {
  test('cancels everyone who waits at one instant, and leaves the others as they are', async () => {
    await using server = await createTestServer(engine)
    const [admin, ada, bob, eve] = [
      await server.admin(),
      await server.reader(),
      await server.reader(),
      await server.reader(),
    ]
    const [bookId, successorId] = [await addBook(admin), await addBook(admin)]
    const notified = await eve.call.prebooks.create({ bookId })
    await admin.call.stock.set({ bookId, quantity: 1 })
    await admin.call.stock.set({ bookId, quantity: 0 })
    const first = await ada.call.prebooks.create({ bookId })
    await bob.call.prebooks.create({ bookId })
    const left = await eve.call.prebooks.create({ bookId })
    await eve.call.prebooks.cancel({ prebookId: left.id })

    expect(await admin.call.books.previewWithdrawal({ bookId, successorId })).toMatchObject({
      bookId,
      waiting: 2,
      successor: { id: successorId },
    })
    const { book, waitlistClosed } = await admin.call.books.withdraw({ bookId, successorId })
    expect(book).toMatchObject({ id: bookId, withdrawnAt: waitlistClosed?.withdrawnAt, successorId })
    expect(waitlistClosed).toMatchObject({ cancelled: 2 })
    for (const reader of [ada, bob])
      expect((await reader.call.prebooks.list({})).items).toMatchObject([
        {
          status: 'cancelled',
          cancelledBy: 'shop',
          cancelledAt: book.withdrawnAt,
          notifiedAt: null,
          successorId,
        },
      ])
    expect((await eve.call.prebooks.list({})).items).toMatchObject([
      { id: left.id, status: 'cancelled', cancelledBy: 'reader', successorId: null },
      { id: notified.id, status: 'notified', cancelledBy: null, cancelledAt: null },
    ])
    expect((await ada.call.prebooks.list({ status: 'waiting' })).items).toEqual([])
    expect((await ada.call.prebooks.list({ status: 'cancelled' })).items).toHaveLength(1)
    expect(await ada.call.books.waitlist({ bookId })).toMatchObject({ waiting: 0, mine: null })
    expect(await admin.call.demand.top({})).toMatchObject({ items: [], totalWaiting: 0 })
    await expect(admin.call.demand.waitlist({ bookId })).rejects.toMatchObject({
      cause: { reason: 'WAITLIST_NOT_FOUND' },
    })
    await expect(ada.call.prebooks.cancel({ prebookId: first.id })).rejects.toMatchObject({
      cause: { reason: 'PREBOOK_ALREADY_CANCELLED' },
    })
    await expect(ada.call.prebooks.create({ bookId })).rejects.toMatchObject({
      cause: { reason: 'PREBOOK_BOOK_WITHDRAWN' },
    })
  })

  test('is undone by a restock and by a reinstatement, and neither brings cancelled pre-bookings back', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, successorId] = [await addBook(admin), await addBook(admin)]
    const undo = [
      () => admin.call.books.reinstate({ bookId }),
      () => admin.call.stock.set({ bookId, quantity: 2 }),
      () => admin.call.stock.adjust({ bookId, delta: 2 }),
      () => admin.call.stock.batch({ lines: [{ bookId, delta: 2 }] }),
    ]
    for (const [index, way] of undo.entries()) {
      const { id: prebookId } = await reader.call.prebooks.create({ bookId })
      const { book } = await admin.call.books.withdraw({ bookId, successorId })
      await way()
      expect(await admin.call.books.get({ bookId })).toMatchObject({ withdrawnAt: null, successorId: null })
      const prebook = await reader.call.prebooks.get({ prebookId })
      expect(prebook).toMatchObject({ status: 'cancelled', cancelledBy: 'shop', successorId: null })
      expect(prebook.cancelledAt).toBe(book.withdrawnAt)
      if (index > 0) await admin.call.stock.set({ bookId, quantity: 0 })
    }
    await reader.call.prebooks.create({ bookId })
    expect(await admin.call.books.reinstate({ bookId })).toMatchObject({ withdrawnAt: null })
    expect(await reader.call.books.waitlist({ bookId })).toMatchObject({ waiting: 1 })
  })

  test('of a book that is in stock closes nothing and takes effect when it is sold out', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await admin.call.stock.set({ bookId, quantity: 2 })
    const { book, waitlistClosed } = await admin.call.books.withdraw({ bookId })
    expect(waitlistClosed).toBeNull()
    // More copies are no restock, so they do not reinstate it.
    await admin.call.stock.set({ bookId, quantity: 5 })
    expect(await admin.call.books.get({ bookId })).toMatchObject({ withdrawnAt: book.withdrawnAt })
    await expect(reader.call.prebooks.create({ bookId })).rejects.toMatchObject({
      cause: { reason: 'PREBOOK_BOOK_IN_STOCK' },
    })
    await admin.call.stock.set({ bookId, quantity: 0 })
    await expect(reader.call.prebooks.create({ bookId })).rejects.toMatchObject({
      cause: { reason: 'PREBOOK_BOOK_WITHDRAWN' },
    })
  })

  test('refuses a successor that is not there, is the book itself, is withdrawn or leads back, and changes nothing', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const ids: number[] = []
    for (let count = 0; count < 4; count += 1) ids.push(await addBook(admin))
    const [first = 0, second = 0, third = 0, waited = 0] = ids
    await reader.call.prebooks.create({ bookId: waited })
    await admin.call.books.withdraw({ bookId: first, successorId: second })
    await admin.call.books.withdraw({ bookId: second, successorId: third })
    const refused = async (bookId: number, successorId: number, reason: string) => {
      const expected = { cause: { reason, field: 'successorId' } }
      await expect(admin.call.books.previewWithdrawal({ bookId, successorId })).rejects.toMatchObject(
        expected,
      )
      await expect(admin.call.books.withdraw({ bookId, successorId })).rejects.toMatchObject(expected)
    }
    const entries = (await admin.call.audit.list({})).items.length
    await refused(waited, 999, 'BOOK_NOT_FOUND')
    await refused(waited, waited, 'VALIDATION_ERROR')
    await refused(waited, first, 'VALIDATION_ERROR')
    await refused(second, first, 'VALIDATION_ERROR')
    await refused(third, first, 'VALIDATION_ERROR')
    await refused(third, second, 'VALIDATION_ERROR')
    expect(await reader.call.books.waitlist({ bookId: waited })).toMatchObject({ waiting: 1 })
    expect((await admin.call.audit.list({})).items).toHaveLength(entries)
    // A reinstated one can replace the last one of its chain.
    await admin.call.books.reinstate({ bookId: first })
    expect((await admin.call.books.withdraw({ bookId: third, successorId: first })).book).toMatchObject({
      successorId: first,
    })
  })

  test('the second time only changes the successor, at the time of the first', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, one, other] = [await addBook(admin), await addBook(admin), await addBook(admin)]
    await reader.call.prebooks.create({ bookId })
    const { book: first } = await admin.call.books.withdraw({ bookId })
    for (const successorId of [one, other, undefined, null]) {
      const input = { bookId, ...(successorId !== undefined && { successorId }) }
      const { book, waitlistClosed } = await admin.call.books.withdraw(input)
      const expected = successorId === undefined ? other : successorId
      expect(book).toMatchObject({ withdrawnAt: first.withdrawnAt, successorId: expected })
      expect(waitlistClosed).toBeNull()
      expect((await reader.call.prebooks.list({})).items).toMatchObject([{ successorId: expected }])
    }
    const { items } = await admin.call.audit.list({ subject: `book:${bookId}`, action: 'books.withdraw' })
    expect(items.map(({ details }) => details)).toEqual([
      {},
      { successorId: other },
      { successorId: one },
      { waitlistId: expect.any(Number), cancelled: 1 },
    ])
  })

  test('with an idempotency key is made once', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await reader.call.prebooks.create({ bookId })
    const withdraw = () => server.keyed(admin.token, 'key').books.withdraw({ bookId })
    const first = await withdraw()
    await admin.call.books.reinstate({ bookId })
    expect(await withdraw()).toEqual(first)
    expect(await admin.call.books.get({ bookId })).toMatchObject({ withdrawnAt: null })
  })

  test('reaches the streams of its readers at every server, and not those of others', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    await using other = await joinTestServer(server.url, openStore)
    const [admin, ada, bob] = [await server.admin(), await server.reader(), await server.reader()]
    const [bookId, unrelated] = [await addBook(admin), await addBook(admin)]
    const { id } = await ada.call.prebooks.create({ bookId })
    const bobs = await bob.call.prebooks.create({ bookId: unrelated })
    using here = await watchPrebooks(server, ada.token)
    using there = await watchPrebooks(engine.name === 'sqlite' ? server : other, ada.token)
    using ofBob = await watchPrebooks(server, bob.token)
    await vi.waitFor(
      () => expect([here, there, ofBob].map(({ items }) => items.length)).toEqual([1, 1, 1]),
      WAIT,
    )
    const { book } = await admin.call.books.withdraw({ bookId, successorId: unrelated })
    await vi.waitFor(
      () =>
        expect([finalStates(here), finalStates(there)]).toEqual([
          { [id]: 'cancelled' },
          { [id]: 'cancelled' },
        ]),
      WAIT,
    )
    expect(here.items.at(-1)).toMatchObject({
      cancelledBy: 'shop',
      cancelledAt: book.withdrawnAt,
      successorId: unrelated,
    })
    expect(finalStates(ofBob)).toEqual({ [bobs.id]: 'waiting' })
  })

  test('is not missed by a stream that starts or connects again afterwards, and is not sent twice', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 50 })
    const [admin, reader] = [await server.admin(), await server.reader()]
    const [bookId, later] = [await addBook(admin), await addBook(admin)]
    const { id } = await reader.call.prebooks.create({ bookId })
    await admin.call.books.withdraw({ bookId })
    for (const lastEventId of ['', `${id}:waiting`]) {
      using watcher = await watchPrebooks(server, reader.token, { lastEventId })
      await vi.waitFor(() => expect(finalStates(watcher)[id]).toBe('cancelled'), WAIT)
      // Refreshes go on meanwhile.
      const next = await reader.call.prebooks.create({ bookId: later })
      await vi.waitFor(() => expect(finalStates(watcher)[next.id]).toBe('waiting'), WAIT)
      await reader.call.prebooks.cancel({ prebookId: next.id })
      await vi.waitFor(() => expect(finalStates(watcher)[next.id]).toBe('cancelled'), WAIT)
      expect(watcher.items.filter((item) => item.id === id)).toHaveLength(1)
    }
  })

  test('leaves an account that is erased later without a waiting pre-booking', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await reader.call.prebooks.create({ bookId })
    await admin.call.books.withdraw({ bookId })
    await dispatchDeliveries(server.services, { stopped: () => false, written: () => {} })
    await reader.call.account.erase({ password: 'a password for tests' })
    const row = await server.services.store.read((db) =>
      db.selectFrom('prebooks').selectAll().where('user_id', '=', reader.id).executeTakeFirstOrThrow(),
    )
    expect(row).toMatchObject({ cancelled_at: null, cancelled_from: null })
    const mails = await server.services.store.read((db) =>
      db.selectFrom('deliveries').select(['kind', 'state', 'skip_reason']).execute(),
    )
    expect(mails).toEqual([{ kind: 'withdrawal', state: 'skipped', skip_reason: 'erased' }])
  })
})
