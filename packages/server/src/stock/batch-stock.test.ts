import { WAIT_MS } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { limits, PrebookError, type StockBatchInput, type StockBatchOutcome } from '@prebook/core'
import { openStore, type Store } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createTestServer, joinTestServer, type Person, type TestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'

type Lines = StockBatchInput['lines']

const isbn = '9780441013593'

const stockOf = async ({ call }: Person, bookId: number) => (await call.books.get({ bookId })).stockQuantity

const movements = ({ services }: TestServer) =>
  services.store.read((reader) =>
    reader
      .selectFrom('stock_movements')
      .select(['book_id as bookId', 'delta', 'quantity_after as after'])
      .orderBy('id')
      .execute(),
  )

const statusesOf = (outcomes: readonly StockBatchOutcome[]) => outcomes.map(({ status }) => status)

/** A server with an admin and some books that are out of stock. */
async function openShop(engine: TestEngine, books: number) {
  const server = await createTestServer(engine)
  const admin = await server.admin()
  const bookIds: number[] = []
  for (let count = 0; count < books; count += 1) bookIds.push(await addBook(admin, `Book ${count}`))
  return { server, admin, bookIds, batch: (lines: Lines) => admin.call.stock.batch({ lines }) }
}

/** Makes each transaction on books that `fails` selects fail, by its number from 1. */
function failWrites(store: Store, fails: (attempt: number) => Error | null): void {
  const writeOnBooks = store.writeOnBooks.bind(store)
  let attempts = 0
  store.writeOnBooks = (bookIds, lock, work, eventFor) => {
    attempts += 1
    const error = fails(attempts)
    return error === null ? writeOnBooks(bookIds, lock, work, eventFor) : Promise.reject(error)
  }
}

describe.each(engines)('a stock batch on $name', (engine) => {
  test('changes books by id and by ISBN in any spelling, and notifies their readers', async () => {
    const { server, admin, bookIds, batch } = await openShop(engine, 2)
    await using _ = server
    const { id: byIsbn } = await admin.call.books.create({ title: 'D', author: 'H', priceCents: 1, isbn })
    const [first = 0, second = 0] = bookIds
    const reader = await server.reader()
    for (const bookId of [first, byIsbn]) await reader.call.prebooks.create({ bookId })

    const { outcomes } = await batch([
      { bookId: first, quantity: 4, note: 'Monday' },
      { isbn: '0-441-01359-7', delta: 2 },
      { bookId: second, quantity: 0 },
    ])

    expect(outcomes).toEqual([
      {
        status: 'changed',
        bookId: first,
        isbn: null,
        title: 'Book 0',
        delta: 4,
        quantityAfter: 4,
        transition: 'restocked',
        movementId: expect.any(Number),
        broadcast: { waitlistId: expect.any(Number), notifiedAt: expect.any(String), notified: 1 },
        wouldNotify: null,
      },
      expect.objectContaining({ status: 'changed', bookId: byIsbn, isbn, quantityAfter: 2 }),
      expect.objectContaining({ status: 'unchanged', quantityAfter: 0, movementId: null, broadcast: null }),
    ])
    const { items } = await reader.call.prebooks.list({})
    expect(items.map(({ status }) => status)).toEqual(['notified', 'notified'])
    expect((await admin.call.stock.history({ bookId: first })).items).toMatchObject([{ note: 'Monday' }])
  })

  test('refuses each bad line with its reason, and applies all others', async () => {
    const { server, admin, bookIds, batch } = await openShop(engine, 1)
    await using _ = server
    const [bookId = 0] = bookIds
    const bad: [line: unknown, refusal: object][] = [
      [
        { bookId: 987_654, delta: 1 },
        { code: 'BOOK_NOT_FOUND', field: 'bookId' },
      ],
      [
        { isbn: '9780553283686', delta: 1 },
        { code: 'BOOK_NOT_FOUND', field: 'isbn' },
      ],
      [
        { isbn: '9780441013594', delta: 1 },
        { code: 'VALIDATION_ERROR', field: 'isbn' },
      ],
      [
        { bookId, delta: -99 },
        { code: 'STOCK_NEGATIVE', field: 'delta' },
      ],
      [
        { bookId, quantity: 9, expectedQuantity: 2 },
        { code: 'STOCK_CONFLICT', field: 'expectedQuantity' },
      ],
      [
        { bookId, delta: limits.stock.max },
        { code: 'VALIDATION_ERROR', field: 'delta' },
      ],
      [
        { bookId, quantity: 1, delta: 1 },
        { code: 'VALIDATION_ERROR', field: null },
      ],
      [{ bookId }, { code: 'VALIDATION_ERROR', field: null }],
      [
        { bookId, isbn, delta: 1 },
        { code: 'VALIDATION_ERROR', field: null },
      ],
      [{ delta: 1 }, { code: 'VALIDATION_ERROR', field: null }],
      [
        { bookId, delta: 1.5 },
        { code: 'VALIDATION_ERROR', field: 'delta' },
      ],
      [
        { bookId, delta: 1, when: 'now' },
        { code: 'VALIDATION_ERROR', field: 'when' },
      ],
      ['a line', { code: 'VALIDATION_ERROR', field: null }],
      [null, { code: 'VALIDATION_ERROR', field: null }],
    ]
    const { outcomes } = await batch([
      { bookId, quantity: 3 },
      ...bad.flatMap(([line]) => [line as Lines[number], { bookId, delta: 1 }]),
    ])
    for (const [index, [, refusal]] of bad.entries()) {
      expect(outcomes[2 * index + 1]).toMatchObject({ status: 'refused', ...refusal })
      expect(outcomes[2 * index + 2]).toMatchObject({ status: 'changed', quantityAfter: 4 + index })
    }
    expect(await stockOf(admin, bookId)).toBe(3 + bad.length)
  })

  test('applies lines in the order given, also two of one book', async () => {
    const { server, bookIds, batch } = await openShop(engine, 3)
    await using _ = server
    const [a = 0, b = 0, c = 0] = bookIds
    const { outcomes } = await batch([
      { bookId: c, delta: 2 },
      { bookId: a, delta: 1 },
      { bookId: c, delta: -2 },
      { bookId: b, quantity: 5 },
      { bookId: c, delta: 7 },
      { bookId: a, quantity: 9 },
    ])
    expect(statusesOf(outcomes)).toEqual(Array(6).fill('changed'))
    expect(await movements(server)).toEqual([
      { bookId: c, delta: 2, after: 2 },
      { bookId: a, delta: 1, after: 1 },
      { bookId: c, delta: -2, after: 0 },
      { bookId: b, delta: 5, after: 5 },
      { bookId: c, delta: 7, after: 7 },
      { bookId: a, delta: 8, after: 9 },
    ])
    expect(outcomes.map((each) => each.status !== 'refused' && each.transition)).toEqual([
      'restocked',
      'restocked',
      'sold-out',
      'restocked',
      'restocked',
      'changed',
    ])
  })

  test('repeated with its key changes nothing and returns the original outcomes, refusals included', async () => {
    const { server, admin, bookIds } = await openShop(engine, 60)
    await using _ = server
    const [empty = 0] = bookIds
    // The first line is possible once the others are applied.
    const lines = [
      { bookId: empty, delta: -1 },
      { isbn, delta: 1 },
      ...bookIds.map((bookId) => ({ bookId, delta: 2 })),
    ]
    const input = { lines, idempotencyKey: 'delivery-1' }
    const first = await admin.call.stock.batch(input)
    expect(first.outcomes.slice(0, 2)).toMatchObject([{ code: 'STOCK_NEGATIVE' }, { code: 'BOOK_NOT_FOUND' }])

    await admin.call.books.create({ title: 'D', author: 'H', priceCents: 1, isbn })
    await admin.call.stock.set({ bookId: empty, quantity: 8 })
    expect(await admin.call.stock.batch(input)).toEqual(first)
    const reordered = lines.map(
      (line) => Object.fromEntries(Object.entries(line).toReversed()) as typeof line,
    )
    expect(await admin.call.stock.batch({ ...input, lines: reordered })).toEqual(first)
    expect(await stockOf(admin, empty)).toBe(8)
    expect(await movements(server)).toHaveLength(61)
  })

  test('is refused as a whole when its key was used for other lines', async () => {
    const { server, admin, bookIds } = await openShop(engine, 2)
    await using _ = server
    const [a = 0, b = 0] = bookIds
    const [idempotencyKey, other] = ['k', 'l']
    await admin.call.stock.batch({ lines: [{ bookId: a, delta: 1 }], idempotencyKey })
    await admin.call.stock.set({ bookId: b, quantity: 1, idempotencyKey: other })
    const before = await movements(server)
    const mismatch = { cause: { reason: 'STOCK_IDEMPOTENCY_MISMATCH' } }
    for (const input of [
      { lines: [{ bookId: a, delta: 2 }], idempotencyKey },
      {
        lines: [
          { bookId: a, delta: 1 },
          { bookId: b, delta: 1 },
        ],
        idempotencyKey,
      },
      { lines: [{ bookId: b, quantity: 1 }], idempotencyKey: other },
    ])
      await expect(admin.call.stock.batch(input)).rejects.toMatchObject(mismatch)
    await expect(admin.call.stock.set({ bookId: a, quantity: 1, idempotencyKey })).rejects.toMatchObject(
      mismatch,
    )
    expect(await movements(server)).toEqual(before)
  })

  test('takes a key for each line, the same as that of a single change', async () => {
    const { server, admin, bookIds, batch } = await openShop(engine, 2)
    await using _ = server
    const [a = 0, b = 0] = bookIds
    const key = (idempotencyKey: string) => ({ idempotencyKey })
    await admin.call.stock.adjust({ bookId: a, delta: 3, ...key('one') })
    const lines = [
      { bookId: a, delta: 3, ...key('one') },
      { bookId: b, delta: 1, ...key('two') },
      { bookId: b, delta: 1, ...key('two') },
      { bookId: b, delta: 2, ...key('two') },
      { bookId: a, delta: -9, ...key('three') },
    ]
    const { outcomes } = await batch(lines)
    expect(statusesOf(outcomes)).toEqual(['changed', 'changed', 'changed', 'refused', 'refused'])
    expect(outcomes[2]).toEqual(outcomes[1])
    expect(outcomes[3]).toMatchObject({ code: 'STOCK_IDEMPOTENCY_MISMATCH' })
    // A refused line does not use up its key.
    await admin.call.stock.set({ bookId: a, quantity: 10 })
    expect((await batch(lines)).outcomes[4]).toMatchObject({ status: 'changed', quantityAfter: 1 })
    expect((await movements(server)).map(({ delta }) => delta)).toEqual([3, 1, 7, -9])
  })

  test('sent a hundred times at once under one key changes each book once, with equal answers', async () => {
    const { server, admin, bookIds } = await openShop(engine, 10)
    await using _ = server
    const lines = [{ isbn, delta: 1 }, ...bookIds.map((bookId) => ({ bookId, delta: 1 }))]
    const input = { lines, idempotencyKey: 'k' }
    const answers = await Promise.all(Array.from({ length: 100 }, () => admin.call.stock.batch(input)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await movements(server)).toHaveLength(10)
  })

  test('of the same books in opposite order, many at once, loses no update', async () => {
    const { server, admin, bookIds } = await openShop(engine, 30)
    await using _ = server
    // A busy machine must not fail this test.
    const open = (url: string) => openStore(url, { lockWaitMs: WAIT_MS })
    await using one = await joinTestServer(server.url, open)
    await using other = await joinTestServer(server.url, open)
    const call = one.as(admin.token)
    const lines = bookIds.map((bookId) => ({ bookId, delta: 1 }))
    const otherCall = other.as(admin.token)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (__, index) =>
        index % 2 === 0 ? call.stock.batch({ lines }) : otherCall.stock.batch({ lines: lines.toReversed() }),
      ),
    )
    for (const answer of answers) expect(new Set(statusesOf(answer.outcomes))).toEqual(new Set(['changed']))
    for (const bookId of bookIds) expect(await stockOf(admin, bookId)).toBe(8)
  })

  test('interrupted between slices applies the rest when it is sent again', async () => {
    const { server, admin, bookIds } = await openShop(engine, 120)
    await using _ = server
    const lines = bookIds.map((bookId) => ({ bookId, delta: 1 }))
    const input = { lines, idempotencyKey: 'k' }
    failWrites(server.services.store, (attempt) => (attempt === 3 ? new Error('killed') : null))
    await expect(admin.call.stock.batch(input)).rejects.toThrow('killed')
    const applied = await movements(server)
    expect(applied.length).toBeGreaterThan(0)
    expect(applied.length).toBeLessThan(bookIds.length)

    const { outcomes } = await admin.call.stock.batch(input)
    expect(new Set(statusesOf(outcomes))).toEqual(new Set(['changed']))
    expect((await movements(server)).map(({ bookId, after }) => [bookId, after])).toEqual(
      bookIds.map((bookId) => [bookId, 1]),
    )
  })

  test('says which lines were not applied when the store becomes busy', async () => {
    const { server, admin, bookIds } = await openShop(engine, 60)
    await using _ = server
    const input = { lines: bookIds.map((bookId) => ({ bookId, delta: 1 })), idempotencyKey: 'k' }
    failWrites(server.services.store, (attempt) =>
      attempt === 1 || attempt === 3 ? new PrebookError('STORE_BUSY') : null,
    )
    await expect(admin.call.stock.batch(input)).rejects.toMatchObject({ cause: { reason: 'STORE_BUSY' } })
    expect(await movements(server)).toEqual([])

    const { outcomes } = await admin.call.stock.batch(input)
    const applied = (await movements(server)).length
    expect([applied, statusesOf(outcomes)]).toEqual([
      applied,
      bookIds.map((__, index) => (index < applied ? 'changed' : 'refused')),
    ])
    expect(applied).toBeGreaterThan(0)
    expect(outcomes.at(-1)).toMatchObject({ code: 'STORE_BUSY' })
    const again = await admin.call.stock.batch(input)
    expect(new Set(statusesOf(again.outcomes))).toEqual(new Set(['changed']))
    expect(await movements(server)).toHaveLength(60)
  })

  test('holds no book for longer than a slice, so other changes come in between', async () => {
    const { server, admin, bookIds } = await openShop(engine, 200)
    await using _ = server
    const [first = 0] = bookIds
    const batch = admin.call.stock.batch({ lines: bookIds.map((bookId) => ({ bookId, delta: 1 })) })
    const change = await admin.call.stock.adjust({ bookId: first, delta: 1 })
    const { outcomes } = await batch
    const last = outcomes.at(-1)
    expect(last?.status === 'changed' && (last.movementId ?? 0) > (change.movement?.id ?? 0)).toBe(true)
  })

  test('follows an ISBN that moves to another book meanwhile', async () => {
    const { server, admin, bookIds, batch } = await openShop(engine, 1)
    await using _ = server
    const [to = 0] = bookIds
    const { id: from } = await admin.call.books.create({ title: 'D', author: 'H', priceCents: 1, isbn })
    const { store } = server.services
    const writeOnBooks = store.writeOnBooks.bind(store)
    const locked: (readonly number[])[] = []
    store.writeOnBooks = async (lockedIds, lock, work, eventFor) => {
      locked.push(lockedIds)
      if (locked.length === 1) {
        await admin.call.books.update({ bookId: from, isbn: null })
        await admin.call.books.update({ bookId: to, isbn })
      }
      return writeOnBooks(lockedIds, lock, work, eventFor)
    }
    expect((await batch([{ isbn, delta: 1 }])).outcomes).toMatchObject([{ status: 'changed', bookId: to }])
    expect([await stockOf(admin, from), await stockOf(admin, to)]).toEqual([0, 1])
    expect(locked).toEqual([[from], [to]])
  })

  test('has at most 500 lines', async () => {
    const { server, batch } = await openShop(engine, 0)
    await using _ = server
    const linesOf = (length: number) => Array.from({ length }, () => ({ bookId: 987_654, delta: 1 }))
    expect((await batch(linesOf(500))).outcomes).toHaveLength(500)
    for (const count of [0, 501])
      await expect(batch(linesOf(count))).rejects.toThrow(/at (?:least one|most 500) line/)
  })
})
