import { expect, test } from 'vitest'
import { collect } from '../testing/collect.ts'
import { inBatches, type ReadFileRow } from './in-batches.ts'

const good = (line: number, description = ''): ReadFileRow => ({
  at: {
    line,
    lastLine: line,
    bytes: 0,
    problem: null,
    values: {
      title: '',
      author: '',
      isbn: '',
      isbn13: '',
      handle: '',
      price: '',
      description: '',
      stock: '',
      expected: '',
      availability: '',
      successor: '',
    },
  },
  read: { row: { title: 'T', author: 'A', isbn: '9780441013593', priceCents: 1, description } },
})
const bad = (line: number): ReadFileRow => ({ ...good(line), read: { issues: [] } })

async function sizes(rows: ReadFileRow[]): Promise<{ all: number; good: number }[]> {
  const source = async function* () {
    yield* rows
  }
  const batches = await collect(inBatches(source()))
  expect(batches.flat()).toEqual(rows)
  return batches.map((batch) => ({
    all: batch.length,
    good: batch.filter(({ read }) => 'row' in read).length,
  }))
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 2)

test('a batch holds the most valid rows that a request may have, and the invalid ones between them', async () => {
  const rows = range(600).map((line) => (line % 10 === 0 ? bad(line) : good(line)))
  expect(await sizes(rows)).toEqual([
    { all: 284, good: 256 },
    { all: 284, good: 256 },
    { all: 32, good: 28 },
  ])
})

test('a batch of long rows stays below the body limit of the server', async () => {
  const batches = await sizes(range(100).map((line) => good(line, '百'.repeat(5_000))))
  expect(Math.max(...batches.map((batch) => batch.good))).toBe(26)
})

test('invalid rows alone are reported in batches', async () => {
  expect(await sizes(range(2_500).map(bad))).toEqual([
    { all: 1_000, good: 0 },
    { all: 1_000, good: 0 },
    { all: 500, good: 0 },
  ])
})

test('no rows make no batch', async () => {
  expect(await sizes([])).toEqual([])
})
