import { columnNames, type ListName } from '@prebook/book-files/lists'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop({ READERS_PER_COPY: '2' })
  const dune = await shop.createBook({ title: '=Dune, "the" first', isbn: '9780441013593' })
  const solaris = await shop.createBook({ title: 'Solaris' })
  const readers = await Promise.all([shop.createReader(), shop.createReader(), shop.createReader()])
  for (const { client } of readers) await client.prebooks.create.mutate({ bookId: dune.id })
  await readers[0].client.prebooks.create.mutate({ bookId: solaris.id })
  const { client } = shop.admin
  await client.stock.adjust.mutate({
    bookId: (await shop.createBook({ title: 'Emma', stock: 5 })).id,
    delta: -2,
  })
  await client.tokens.create.mutate({ name: 'Till', scopes: ['stock:write', 'demand:read'] })
})
afterAll(() => shop[Symbol.asyncDispose]())

const csv = async (...args: string[]) => {
  const { code, stdout, stderr } = await shop.adminCli.prebook([...args, '--csv'])
  expect([args, code]).toEqual([args, 0])
  expect(stdout.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  const [header, ...rows] = stdout.replace('\uFEFF', '').split('\r\n').slice(0, -1)
  return { header, rows, stderr }
}

test.each<[string[], ListName, number]>([
  [['books', 'list'], 'books', 3],
  [['books', 'overdue'], 'overdueBooks', 0],
  [['demand'], 'demand', 2],
  [['demand', '--since', '30d', '--all'], 'demand', 2],
  [['demand', 'order'], 'orderList', 2],
  [['demand', 'show', '1'], 'waitlist', 3],
  [['demand', 'show', '3'], 'waitlist', 0],
  [['stock', 'history', '3'], 'stockHistory', 2],
  [['deliveries', 'list'], 'deliveries', 0],
  [['users', 'list'], 'users', 4],
  [['tokens', 'list'], 'tokens', 1],
  [['audit', 'list'], 'auditLog', 5],
])('%j prints CSV', async (args, list, count) => {
  const { header, rows, stderr } = await csv(...args)
  expect(header).toBe(columnNames(list).join(','))
  expect(rows).toHaveLength(count)
  expect(stderr).toBe(list === 'orderList' ? 'One copy for every 2 waiting readers, rounded up.\n' : '')
})

test('values are quoted, and no cell is a formula', async () => {
  const { rows } = await csv('books', 'list', '--query', '978-0-441-01359-3')
  expect(rows[0]).toMatch(/^1,9780441013593,"'=Dune, ""the"" first",Frank Herbert,9\.99,EUR,0,,,,,2/)
  const { rows: movements } = await csv('stock', 'history', '3')
  expect(movements.map((row) => row.split(',').slice(3, 5))).toEqual([
    ['-2', '3'],
    ['5', '5'],
  ])
})

test('a list can be limited, and says that there is more on standard error', async () => {
  const { rows, stderr } = await csv('users', 'list', '--limit', '3')
  expect(rows).toHaveLength(3)
  expect(stderr).toContain('There are more entries.')
})

test('a file has all pages', async () => {
  const { client } = shop.admin
  for (let page = 0; page < 3; page += 1) {
    const titles = Array.from({ length: 90 }, (_, index) => ({
      title: `Page ${page}, ${index}`,
      author: 'A. Author',
      priceCents: 1,
    }))
    for (const book of titles) await client.books.create.mutate(book)
  }
  const { rows } = await csv('books', 'list', '--query', 'page', '--all')
  expect(new Set(rows).size).toBe(270)
})

describe('the order list', () => {
  test('is a table with the rule', async () => {
    const { code, stdout, stderr } = await shop.adminCli.prebook(['demand', 'order'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ISBN +ID {2}Title +Author +Waiting {2}Copies {2}Due\n/)
    expect(stdout).toMatch(/\n9780441013593 +1 {2}=Dune, "the" first {2}Frank Herbert +3 +2\n/)
    expect(stdout).toMatch(/\n +2 {2}Solaris +Frank Herbert +1 +1\n/)
    expect(stderr).toBe('3 copies of 2 books. One copy for every 2 waiting readers, rounded up.\n')
  })

  test('takes another number of readers', async () => {
    const { rows, stderr } = await csv('demand', 'order', '--readers-per-copy', '1')
    expect(
      rows.map((row) =>
        row
          .replace(/^.*Herbert,/, '')
          .split(',')
          .slice(0, 3),
      ),
    ).toEqual([
      ['3', '3', '1'],
      ['1', '1', '2'],
    ])
    expect(stderr).toBe('One copy for each waiting reader.\n')
    expect(await shop.adminCli.prebook(['demand', 'order', '--readers-per-copy', '0'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--readers-per-copy'),
    })
  })

  test('is JSON', async () => {
    const { stdout } = await shop.adminCli.prebook(['demand', 'order', '--limit', '1', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      readersPerCopy: 2,
      items: [{ bookId: 1, waiting: 3, copies: 2 }],
      nextCursor: expect.any(String),
    })
  })
})

test.each([
  [['books', 'list', '--csv', '--json'], 'Use either --csv or --json, not both.'],
  [['demand', '--all'], '--all needs --csv.'],
])('rejects %j', async (args, sentence) => {
  const run = await shop.adminCli.prebook(args)
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain(sentence)
})
