import { describe, expect, test } from 'vitest'
import type { StockBatchInput, StockBatchOutcome } from '@prebook/core'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createTestServer, type TestServer } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'

type Lines = StockBatchInput['lines']

const isbn = '9780441013593'

/** A server with an admin, books that are out of stock and two readers who wait for the first of them. */
async function openShop(engine: TestEngine, books: number) {
  const server = await createTestServer(engine)
  const admin = await server.admin()
  const bookIds: number[] = []
  for (let count = 0; count < books; count += 1) bookIds.push(await addBook(admin, `Book ${count}`))
  for (const reader of [await server.reader(), await server.reader()])
    await reader.call.prebooks.create({ bookId: bookIds[0] ?? 0 })
  const dryRun = async (lines: Lines, idempotencyKey?: string) =>
    (await admin.call.stock.batch({ lines, dryRun: true, ...(idempotencyKey && { idempotencyKey }) }))
      .outcomes
  return { server, admin, bookIds, dryRun }
}

/** Everything that a batch may change. */
const contents = ({ services }: TestServer) =>
  services.store.read(async (reader) => {
    const tables = [
      'books',
      'stock_movements',
      'waitlists',
      'stock_requests',
      'audit_entries',
      'prebooks',
    ] as const
    return Promise.all(tables.map((table) => reader.selectFrom(table).selectAll().orderBy('id').execute()))
  })

const lastMovement = async ({ services }: TestServer) => {
  const movements = services.store.read((reader) =>
    reader.selectFrom('stock_movements').select('id').orderBy('id').execute(),
  )
  return (await movements).at(-1)?.id ?? 0
}

/** Real outcomes as the dry run before them must have announced them. `before` is the last movement before. */
function asPreviews(outcomes: readonly StockBatchOutcome[], before: number): StockBatchOutcome[] {
  let last = before
  return outcomes.map((outcome) => {
    if (outcome.status === 'refused') return outcome
    const { movementId, broadcast } = outcome
    // A line whose key an earlier one used up has the outcome of that line, and changes nothing.
    const isNew = movementId !== null && movementId > last
    if (isNew) last = movementId
    return {
      ...outcome,
      movementId: movementId !== null && movementId <= before ? movementId : null,
      broadcast: null,
      wouldNotify: isNew ? (broadcast?.notified ?? 0) : 0,
    }
  })
}

/** Numbers that look random, the same in each run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

describe.each(engines)('a dry run of a stock batch on $name', (engine) => {
  test('says what each line would do, and changes nothing', async () => {
    const { server, admin, bookIds, dryRun } = await openShop(engine, 2)
    await using _ = server
    await admin.call.books.create({ title: 'Dune', author: 'H', priceCents: 1, isbn })
    const [awaited = 0, other = 0] = bookIds
    const before = await contents(server)

    const outcomes = await dryRun(
      [
        { bookId: awaited, quantity: 0 },
        { bookId: awaited, quantity: 4, note: 'Monday', idempotencyKey: 'own' },
        { isbn: '0-441-01359-7', delta: 2 },
        { bookId: other, delta: -1 },
        { bookId: 987_654, delta: 1 },
        'a line' as never,
      ],
      'k',
    )

    expect(outcomes).toEqual([
      expect.objectContaining({ status: 'unchanged', bookId: awaited, title: 'Book 0', wouldNotify: 0 }),
      {
        status: 'changed',
        bookId: awaited,
        isbn: null,
        title: 'Book 0',
        delta: 4,
        quantityAfter: 4,
        transition: 'restocked',
        movementId: null,
        broadcast: null,
        wouldNotify: 2,
      },
      expect.objectContaining({ status: 'changed', isbn, title: 'Dune', quantityAfter: 2, wouldNotify: 0 }),
      expect.objectContaining({ status: 'refused', code: 'STOCK_NEGATIVE', field: 'delta' }),
      expect.objectContaining({ status: 'refused', code: 'BOOK_NOT_FOUND', field: 'bookId' }),
      expect.objectContaining({ status: 'refused', code: 'VALIDATION_ERROR' }),
    ])
    expect(await contents(server)).toEqual(before)
  })

  test('lets lines of one book follow each other, and counts its readers once', async () => {
    const { server, bookIds, dryRun } = await openShop(engine, 1)
    await using _ = server
    const [bookId = 0] = bookIds
    // More lines than are read together.
    const changes = [2, -1, -1, 3, -9, ...Array<number>(300).fill(1)]
    const outcomes = await dryRun(changes.map((delta) => ({ bookId, delta })))
    expect(outcomes.slice(0, 5)).toMatchObject([
      { quantityAfter: 2, transition: 'restocked', wouldNotify: 2 },
      { quantityAfter: 1, transition: 'changed', wouldNotify: 0 },
      { quantityAfter: 0, transition: 'sold-out', wouldNotify: 0 },
      { quantityAfter: 3, transition: 'restocked', wouldNotify: 0 },
      { status: 'refused', code: 'STOCK_NEGATIVE' },
    ])
    expect(outcomes.at(-1)).toMatchObject({ quantityAfter: 303 })
  })

  test('refuses a key that was used for other lines, and uses up none', async () => {
    const { server, admin, bookIds, dryRun } = await openShop(engine, 2)
    await using _ = server
    const [bookId = 0] = bookIds
    const lines = [{ bookId, delta: 1 }]
    expect(await dryRun(lines, 'k')).toMatchObject([{ status: 'changed', wouldNotify: 2 }])
    await admin.call.stock.batch({ lines: [{ bookId, delta: 2 }], idempotencyKey: 'k' })
    await expect(dryRun(lines, 'k')).rejects.toMatchObject({
      cause: { reason: 'STOCK_IDEMPOTENCY_MISMATCH' },
    })
  })

  test.each([1, 2, 3])('announces exactly what the batch then does (seed %i)', async (seed) => {
    const { server, admin, bookIds, dryRun } = await openShop(engine, 4)
    await using _ = server
    await admin.call.books.create({ title: 'Dune', author: 'H', priceCents: 1, isbn })
    const below = numbersFrom(seed)
    const books = [
      ...bookIds.map((bookId) => ({ bookId })),
      { isbn },
      { bookId: 999 },
      { isbn: '9780553283686' },
    ]
    let lines: Lines = []
    const lineOf = (): Lines[number] => ({
      ...books[below(books.length)],
      ...(below(3) === 0 ? { quantity: below(3) } : { delta: below(5) - 2 }),
      ...(below(4) === 0 && { expectedQuantity: below(3) }),
      ...(below(3) === 0 && { idempotencyKey: `key-${below(12)}` }),
    })
    for (let round = 0; round < 6; round += 1) {
      // Every second round repeats the one before.
      if (round % 2 === 0) lines = Array.from({ length: 40 }, lineOf)
      const input = { lines, idempotencyKey: `batch-${Math.floor(round / 2)}` }
      const preview = await dryRun(lines, input.idempotencyKey)
      const before = await lastMovement(server)
      const { outcomes } = await admin.call.stock.batch(input)
      expect(preview).toEqual(asPreviews(outcomes, before))
    }
  })
})
