import { describe, expect, test } from 'vitest'
import { engines, type TestEngine } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

const ISBNS = { dune: '9780441013593', messiah: '9780593098233', emma: '9780141439587' }
const NOW = Date.UTC(2026, 10, 30, 12)

type Row = { expected?: string | null; availability?: string; successor?: string; title?: string }

/** A shop with `Dune`, for which two readers wait, and its admin. */
async function shopOf(engine: TestEngine) {
  const server = await createTestServer(engine, () => NOW)
  const admin = await server.admin()
  const book = { author: 'Frank Herbert', priceCents: 999 }
  const { id: bookId } = await admin.call.books.create({ ...book, title: 'Dune', isbn: ISBNS.dune })
  const readers = [await server.reader(), await server.reader()]
  for (const { call } of readers) await call.prebooks.create({ bookId })
  const rowOf = (name: keyof typeof ISBNS, row: Row) => ({
    ...book,
    title: name === 'dune' ? 'Dune' : name,
    isbn: ISBNS[name],
    ...row,
  })
  const importRows = async (rows: object[], dryRun = false) =>
    (await admin.call.books.import({ rows: rows as never, dryRun })).outcomes
  return {
    server,
    admin,
    bookId,
    rowOf,
    importRows,
    importDune: async (row: Row, dryRun = false) => (await importRows([rowOf('dune', row)], dryRun))[0],
    dune: () => admin.call.books.get({ bookId }),
    statuses: () =>
      Promise.all(readers.map(async ({ call }) => (await call.prebooks.list()).items[0]?.status)),
    audit: async () => (await admin.call.audit.list()).items.map(({ action }) => action),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe.each(engines)('an import with availabilities on $name', (engine) => {
  test.each(['withdrawn', '51', '1'])('of %s withdraws the title, once', async (availability) => {
    await using shop = await shopOf(engine)
    const wouldBe = await shop.importDune({ availability }, true)
    expect(wouldBe).toMatchObject({ outcome: 'updated', cancelled: 2, announcedTo: null })
    expect(await shop.statuses()).toEqual(['waiting', 'waiting'])

    expect(await shop.importDune({ availability })).toEqual(wouldBe)
    expect(await shop.dune()).toMatchObject({ withdrawnAt: new Date(NOW).toISOString(), successorId: null })
    expect(await shop.statuses()).toEqual(['cancelled', 'cancelled'])
    const audit = await shop.audit()
    expect(audit.slice(0, 2)).toEqual(['books.import', 'books.withdraw'])

    expect(await shop.importDune({ availability })).toMatchObject({ outcome: 'unchanged', cancelled: null })
    expect(await shop.audit()).toEqual(audit)
  })

  test.each(['awaited', 'available', '10', '11', '21', '23', '31', '34', '40', '43', '99'])(
    'of %s changes nothing',
    async (availability) => {
      await using shop = await shopOf(engine)
      const audit = await shop.audit()
      expect(await shop.importDune({ availability })).toMatchObject({ outcome: 'unchanged' })
      expect(await shop.statuses()).toEqual(['waiting', 'waiting'])
      expect(await shop.audit()).toEqual(audit)
    },
  )

  test('names the successor, also one that the same request adds', async () => {
    await using shop = await shopOf(engine)
    const [dune, messiah] = await shop.importRows([
      shop.rowOf('dune', { availability: '41', successor: '0-593-09823-X' }),
      shop.rowOf('messiah', {}),
    ])
    // A wrong check digit.
    expect(dune).toMatchObject({ outcome: 'invalid', issues: [{ path: 'successor' }] })
    expect(messiah).toMatchObject({ outcome: 'created' })
    const rows = [
      shop.rowOf('dune', { availability: '41', successor: '978-0-14-143958-7' }),
      shop.rowOf('emma', {}),
    ]
    const [replaced, emma] = await shop.importRows(rows)
    expect(replaced).toMatchObject({ outcome: 'updated', cancelled: 2 })
    expect(await shop.dune()).toMatchObject({ successorId: (emma as { bookId: number }).bookId })
    const again = await shop.importRows(rows)
    expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
    // Another successor of a withdrawn title is no news, because no reader waits.
    const other = { availability: '41', successor: ISBNS.messiah }
    expect(await shop.importDune(other)).toMatchObject({ outcome: 'updated', cancelled: 0 })
  })

  test.each([
    [{ availability: '53' }, 'availability', 'ONIX list 65'],
    [{ availability: 'in stock' }, 'availability', 'ONIX list 65'],
    [{ expected: '03/04/2027' }, 'expected', '2027-03-12'],
    [{ expected: '2027-monsoon' }, 'expected', '2027-spring'],
    [{ expected: '2026-11-29' }, 'expected', 'past'],
    [{ availability: '41', successor: ISBNS.dune }, 'successor', 'cannot replace itself'],
    [{ availability: '41', successor: ISBNS.emma }, 'successor', 'No book'],
    [{ availability: '21', successor: ISBNS.emma }, 'successor', 'Only a withdrawn title'],
  ])('refuses %j, and changes nothing of the row', async (row, path, message) => {
    await using shop = await shopOf(engine)
    const before = await shop.dune()
    expect(await shop.importDune({ ...row, title: 'Changed' })).toMatchObject({
      outcome: 'invalid',
      issues: [{ path, message: expect.stringContaining(message) as string }],
    })
    expect(await shop.dune()).toEqual(before)
    expect(await shop.statuses()).toEqual(['waiting', 'waiting'])
  })

  test('refuses a successor that is withdrawn, or that another row withdraws', async () => {
    await using shop = await shopOf(engine)
    const [dune] = await shop.importRows([
      shop.rowOf('dune', { availability: '41', successor: ISBNS.emma }),
      shop.rowOf('emma', { availability: '51' }),
    ])
    expect(dune).toMatchObject({ outcome: 'invalid', issues: [{ path: 'successor' }] })
    const again = await shop.importDune({ availability: '41', successor: ISBNS.emma })
    expect(again).toMatchObject({
      outcome: 'invalid',
      issues: [{ path: 'successor', message: 'That title is withdrawn itself. Name another one, or none.' }],
    })
    // A row that is refused for its date adds no successor.
    const [refused] = await shop.importRows([
      shop.rowOf('dune', { availability: '41', successor: ISBNS.messiah }),
      shop.rowOf('messiah', { expected: '2020-01' }),
    ])
    expect(refused).toMatchObject({ outcome: 'invalid' })
    // Nor does it reinstate one.
    const [still] = await shop.importRows([
      shop.rowOf('dune', { availability: '41', successor: ISBNS.emma }),
      shop.rowOf('emma', { availability: 'available', expected: '2020-01' }),
    ])
    expect(still).toMatchObject({ outcome: 'invalid', issues: [{ path: 'successor' }] })
    expect(await shop.statuses()).toEqual(['waiting', 'waiting'])
  })

  test('only the shop’s own word makes a withdrawn title available again', async () => {
    await using shop = await shopOf(engine)
    await shop.importDune({ availability: '51' })
    expect(await shop.importDune({ availability: '21' })).toMatchObject({
      outcome: 'unchanged',
      reinstated: false,
    })
    // A withdrawn title has no date, whatever a feed sends.
    expect(await shop.importDune({ availability: '10', expected: '2027-03' })).toMatchObject({
      outcome: 'unchanged',
    })
    expect(await shop.importDune({ availability: 'available', expected: '2027-03' })).toMatchObject({
      outcome: 'updated',
      reinstated: true,
      announcedTo: 0,
    })
    expect(await shop.dune()).toMatchObject({ withdrawnAt: null, expectedOn: '2027-03' })
    expect(await shop.importDune({ availability: 'available' })).toMatchObject({ outcome: 'unchanged' })
  })

  test('adds titles that are withdrawn or expected', async () => {
    await using shop = await shopOf(engine)
    const rows = [
      shop.rowOf('emma', { availability: '01' }),
      shop.rowOf('messiah', { availability: '10', expected: '20270312' }),
    ]
    const outcomes = await shop.importRows(rows)
    expect(outcomes).toMatchObject([
      { outcome: 'created', cancelled: 0 },
      { outcome: 'created', announcedTo: 0 },
    ])
    const { items } = await shop.admin.call.books.list()
    expect(
      items.map(({ title, withdrawnAt, expectedOn }) => [title, withdrawnAt !== null, expectedOn]),
    ).toEqual([
      ['Dune', false, null],
      ['emma', true, null],
      ['messiah', false, '2027-03-12'],
    ])
    expect((await shop.importRows(rows)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
  })

  test('tells the readers of a changed date once, and of one that is postponed', async () => {
    await using shop = await shopOf(engine)
    const first = await shop.importDune({ expected: '202703' })
    expect(first).toMatchObject({ outcome: 'updated', announcedTo: 2, cancelled: null })
    expect(await shop.dune()).toMatchObject({ expectedOn: '2027-03' })
    expect(await shop.importDune({ expected: '2027-03' })).toMatchObject({
      outcome: 'unchanged',
      announcedTo: null,
    })
    // Without a word about the date, it stays.
    expect(await shop.importDune({ availability: '10' })).toMatchObject({ outcome: 'unchanged' })
    expect(await shop.importDune({ availability: '09' })).toMatchObject({ outcome: 'updated' })
    expect(await shop.dune()).toMatchObject({ expectedOn: null })
    await shop.importDune({ expected: '2027-spring' })
    expect(await shop.importDune({ expected: null })).toMatchObject({ outcome: 'updated' })
    expect(await shop.dune()).toMatchObject({ expectedOn: null })
  })

  test('of several rows of a title, the last that says something counts', async () => {
    await using shop = await shopOf(engine)
    const outcomes = await shop.importRows([
      shop.rowOf('dune', { availability: '51' }),
      shop.rowOf('dune', { expected: '2027-03', availability: '10' }),
      shop.rowOf('dune', {}),
    ])
    expect(outcomes).toMatchObject([
      { outcome: 'unchanged' },
      { outcome: 'updated', announcedTo: 2 },
      { outcome: 'unchanged' },
    ])
    expect(await shop.dune()).toMatchObject({ withdrawnAt: null, expectedOn: '2027-03' })
  })

  test('and readers who pre-book at once leave no reader waiting for a withdrawn title', async () => {
    await using shop = await shopOf(engine)
    for (let round = 0; round < 10; round += 1) {
      await shop.importDune({ availability: 'available' })
      const reader = await shop.server.reader()
      const [withdrawn] = await Promise.all([
        shop.importDune({ availability: '51' }),
        reader.call.prebooks.create({ bookId: shop.bookId }).catch(() => null),
      ])
      expect(withdrawn).toMatchObject({ outcome: 'updated' })
      const { items } = await reader.call.prebooks.list()
      expect(items.filter(({ status }) => status === 'waiting')).toEqual([])
    }
  })
})
