import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Rows with consecutive ISBNs: 978-0-00-0nnnnn-c. */
function makeRows(first: number, count: number) {
  return Array.from({ length: count }, (_, n) => {
    const digits = `97800${String(first + n).padStart(7, '0')}`
    const sum = Array.from(digits, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
    const check = (10 - (sum.reduce((a, b) => a + b, 0) % 10)) % 10
    return {
      title: `Import ${first + n}`,
      author: 'A',
      priceCents: 1000 + n,
      isbn: `${digits}${check}`,
      stockQuantity: n % 3,
    }
  })
}

/** Titles that are not there would be corrected to similar ones, ISBNs are not. */
const isbnOf = (first: number) => String(makeRows(first, 1)[0]?.isbn)

const searchCatalogue = async (query: string) =>
  (await shop.anonymous().client.books.list.query({ query, limit: 100 })).items

test('imports a hundred books at once with their stock', async () => {
  const rows = makeRows(1_000, 100)

  const { outcomes } = await shop.admin.client.books.import.mutate({ rows })

  expect(outcomes.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'created'))
  const books = await searchCatalogue('import')
  const inOrder = books.toSorted((a, b) => a.priceCents - b.priceCents)
  expect(inOrder.map(({ isbn, priceCents, stockQuantity }) => ({ isbn, priceCents, stockQuantity }))).toEqual(
    rows.map(({ isbn, priceCents, stockQuantity }) => ({ isbn, priceCents, stockQuantity })),
  )
})

test('a repeated import changes nothing, and a changed row updates its book but not its stock', async () => {
  const rows = makeRows(2_000, 3)
  await shop.admin.client.books.import.mutate({ rows })

  const again = await shop.admin.client.books.import.mutate({ rows })
  const changedRows = rows.map((row, n) => (n === 1 ? { ...row, priceCents: 5000, stockQuantity: 99 } : row))
  const changed = await shop.admin.client.books.import.mutate({ rows: changedRows })

  expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  expect(changed.outcomes.map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'unchanged'])
  expect(await searchCatalogue(String(rows[1]?.isbn))).toMatchObject([{ priceCents: 5000, stockQuantity: 1 }])
})

test('an invalid row is reported and does not block the others', async () => {
  const [first, second] = makeRows(3_000, 2)
  const bad = { title: '', author: 'A', priceCents: 1.5, isbn: 'none', publisher: 'P' }

  const { outcomes } = await shop.admin.client.books.import.mutate({ rows: [first, bad, second] as never })

  expect(outcomes).toMatchObject([{ outcome: 'created' }, { outcome: 'invalid' }, { outcome: 'created' }])
  const issues = outcomes[1]?.outcome === 'invalid' ? outcomes[1].issues : []
  expect(issues.map(({ path }) => path).toSorted()).toEqual(['isbn', 'priceCents', 'publisher', 'title'])
})

test('a dry run reports the same outcomes and changes nothing', async () => {
  const rows = makeRows(4_000, 2)

  const dry = await shop.admin.client.books.import.mutate({ rows, dryRun: true })

  expect(dry.outcomes).toMatchObject([
    { outcome: 'created', bookId: null },
    { outcome: 'created', bookId: null },
  ])
  expect(await searchCatalogue(isbnOf(4_000))).toEqual([])
})

test('an empty import, or one of too many rows, is rejected with the field named', async () => {
  for (const rows of [[], makeRows(5_000, 257)]) {
    await expect(shop.admin.client.books.import.mutate({ rows })).rejects.toMatchObject({
      data: { reason: 'VALIDATION_ERROR', field: 'rows' },
    })
  }
  expect(await searchCatalogue(isbnOf(5_000))).toEqual([])
})

test('requires an admin', async () => {
  const reader = await shop.signUp()

  await expect(reader.client.books.import.mutate({ rows: makeRows(6_000, 1) })).rejects.toMatchObject({
    data: { reason: 'AUTH_FORBIDDEN' },
  })
  expect(await searchCatalogue(isbnOf(6_000))).toEqual([])
})
