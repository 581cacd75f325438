import { limits } from '@prebook/client/limits'
import { createFakePrebook } from '@prebook/client/testing'
import { isbnOf } from '@prebook/testing/isbn'
import { describe, expect, test } from 'vitest'
import { createReport } from './import-report.ts'
import { inspectFile, openTable, type ColumnChoice } from './open-import.ts'
import { runImport, type ImportRun } from './run-import.ts'

const header = 'title,author,isbn,price\n'
/** Rows for two requests and a half. */
const MANY = 2.5 * limits.importRows.max
const row = (number: number, price = '9.99') => `Book ${number},An author,${isbnOf(number)},${price}\n`
const fileOf = (...text: string[]) => new File(text, 'books.csv')

async function importFile(
  file: File,
  { choice = {}, ...options }: Partial<ImportRun> & Pick<ImportRun, 'client'> & { choice?: ColumnChoice },
) {
  const report = createReport()
  const shares: number[] = []
  const tally = await runImport({
    table: await openTable(file, choice),
    books: { currency: 'EUR' },
    dryRun: false,
    report,
    signal: new AbortController().signal,
    onProgress: ({ share }) => shares.push(share),
    retryMs: 1,
    ...options,
  })
  return {
    tally,
    report: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await report.file().arrayBuffer()),
    shares,
  }
}

describe('an import on the page', () => {
  test('first tries all rows, then imports them, with its share of the file', async () => {
    const fake = createFakePrebook({ books: [{ title: 'Old', isbn: isbnOf(1) }] })
    const rows = Array.from({ length: MANY }, (_, index) => row(index + 1))
    const file = fileOf(header, ...rows)
    const dry = await importFile(file, { client: fake.staff, dryRun: true })
    expect(dry.tally).toMatchObject({ rows: MANY, created: MANY - 1, updated: 1, invalid: 0 })
    expect((await fake.reader.books.list.query({ limit: 1 })).items).toMatchObject([{ title: 'Old' }])
    const { tally, shares } = await importFile(file, { client: fake.staff })
    expect(tally).toMatchObject({ created: MANY - 1, updated: 1, lastLine: MANY + 1, share: 1 })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares).toHaveLength(3)
    expect((await importFile(file, { client: fake.staff })).tally).toMatchObject({ unchanged: MANY })
  })

  test('reports each refused row with its line and the header of the file, harmless in a spreadsheet', async () => {
    const fake = createFakePrebook()
    const file = fileOf(
      'Title;Author;ISBN;=RRP\n',
      `A;X;${isbnOf(1)};free\n`,
      `;X;${isbnOf(2)};1,50\n`,
      `C;X;${isbnOf(3)};2,50\n`,
    )
    const { tally, report } = await importFile(file, {
      client: fake.staff,
      choice: { price: '=RRP' },
    })
    expect(tally).toMatchObject({ created: 1, invalid: 2 })
    const lines = report.split('\r\n')
    expect(lines[0]).toBe('\uFEFFline,what,column,from,to,reason')
    expect(lines[1]).toMatch(/^2,refused,'=RRP,/)
    expect(lines[2]).toMatch(/^3,refused,Title,/)
    expect(lines).toHaveLength(4)
  })

  test('goes on when an answer is lost, and counts withdrawals with the readers they concern', async () => {
    const fake = createFakePrebook({
      books: [{ title: 'Dune', isbn: isbnOf(1), author: 'X', priceCents: 999 }],
    })
    await fake.reader.prebooks.create.mutate({ bookId: 1 })
    const file = fileOf('title,author,isbn,price,availability\n', `Dune,X,${isbnOf(1)},9.99,withdrawn\n`)
    const client = fake.signIn('staff@example.org')
    fake.failNext({ procedure: 'books.import', reason: 'unreachable', times: 2 })
    expect((await importFile(file, { client, dryRun: true })).tally).toMatchObject({
      withdrawn: 1,
      cancelled: 1,
    })
    expect((await fake.reader.books.get.query({ bookId: 1 })).withdrawnAt).toBeNull()
    expect((await importFile(file, { client })).tally).toMatchObject({ withdrawn: 1, cancelled: 1 })
  })

  test('stops before the next request when it is cancelled, or when the shop refuses', async () => {
    const fake = createFakePrebook()
    const file = fileOf(header, ...Array.from({ length: MANY }, (_, index) => row(index + 1)))
    const controller = new AbortController()
    const { tally } = await importFile(file, {
      client: fake.staff,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    expect(tally).toMatchObject({ rows: limits.importRows.max, lastLine: limits.importRows.max + 1 })
    await expect(importFile(file, { client: fake.reader })).rejects.toThrow('staff')
  })
})

async function readyFile(file: File, choice: ColumnChoice = {}) {
  const opened = await inspectFile(file, choice)
  if (opened.problem !== null) throw opened.problem
  return opened
}

test('names what it repaired, and refuses a row that contradicts an earlier one', async () => {
  const fake = createFakePrebook()
  const lostZero = 'A,X,441013597,9.99\n'
  const file = fileOf(header, lostZero, row(1), `Other,Y,${isbnOf(1)},9.99\n`)
  const { tally, report } = await importFile(file, { client: fake.staff })
  expect(tally).toMatchObject({ rows: 3, created: 2, invalid: 1, repaired: 1 })
  const lines = report.split('\r\n')
  expect(lines[2]).toMatch(/^4,refused,,,,.*contradicts/i)
  expect(lines[1]).toMatch(/^2,repaired,isbn,441013597,9780441013593,/)
})

describe('the columns of a file', () => {
  test('are recognised, shown with the first rows, and can be chosen', async () => {
    const file = fileOf('Name,Author,EAN,RRP,Shelf\n', `Dune,X,${isbnOf(1)},9.99,A\n`)
    const opened = await readyFile(file)
    expect(Object.fromEntries(opened.columns)).toEqual({
      title: 'Name',
      author: 'Author',
      isbn13: 'EAN',
      price: 'RRP',
    })
    expect(opened).toMatchObject({ headerLine: 1, unused: ['Shelf'], format: 'utf-8, commas' })
    expect(opened.sample).toMatchObject([{ line: 2, values: { title: 'Dune', description: '' } }])
    const chosen = await readyFile(file, { description: 'Shelf', title: 'Author', author: 'Name' })
    expect(chosen.sample).toMatchObject([{ values: { title: 'X', author: 'Dune', description: 'A' } }])
    expect(chosen.unused).toEqual([])
  })

  test('that are missing are named, with the headers to choose from', async () => {
    const file = fileOf('Name,Author,Number,RRP\n', `Dune,X,${isbnOf(1)},9.99\n`)
    const opened = await inspectFile(file, {})
    expect(opened.problem?.message).toContain('isbn')
    expect(opened.headers).toEqual(['Name', 'Author', 'Number', 'RRP'])
    expect(Object.fromEntries(opened.columns)).toEqual({ title: 'Name', author: 'Author', price: 'RRP' })
    expect((await inspectFile(file, { isbn: 'Number' })).columns.get('isbn')).toBe('Number')
  })
})
