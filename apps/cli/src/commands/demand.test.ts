import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

test('reports that no readers are waiting', async () => {
  expect(await shop.adminCli.prebook(['demand'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No readers are waiting.\n',
  })
})

test('ranks books by waiting readers, with proportional bars', async () => {
  const dune = await shop.createBook({ title: 'Dune' })
  const solaris = await shop.createBook({ title: 'Solaris' })
  const readers = await Promise.all([
    shop.createReader(),
    shop.createReader(),
    shop.createReader(),
    shop.createReader(),
  ])
  for (const { client } of readers) await client.prebooks.create.mutate({ bookId: solaris.id })
  await readers[0].client.prebooks.create.mutate({ bookId: dune.id })

  const demand = await shop.adminCli.prebook(['demand', '--since', '30d'])
  expect(demand.code).toBe(0)
  const [header, first, second] = demand.stdout.split('\n')
  expect(header).toMatch(
    /^Rank {2}ID {2}Title {4}Author {9}Waiting {2} {16} {2}Last 30 days {2}Since {7}Due$/,
  )
  expect(first).toMatch(/^ {3}1 +\d+ {2}Solaris {2}Frank Herbert +4 {2}█{16} +\+4 {2}\d{4}-\d\d-\d\d$/)
  expect(second).toMatch(/^ {3}2 +\d+ {2}Dune {5}Frank Herbert +1 {2}█{4} +\+1 {2}\d{4}-\d\d-\d\d$/)
  expect(demand.stderr).toBe('5 pre-bookings waiting in total.\n')

  const top = await shop.adminCli.prebook(['demand', '--limit', '1'])
  expect(top.stdout).not.toContain('Dune')
  expect(top.stderr).toContain('1 of them for books not shown')

  const json = await shop.adminCli.prebook(['demand', '--limit', '1', '--json'])
  expect(JSON.parse(json.stdout)).toEqual({
    ...(await shop.admin.client.demand.top.query({ limit: 1 })),
    joinedSince: expect.any(String),
  })
})

test('counts since a day of the shop', async () => {
  const { joinedSince } = await shop.admin.client.demand.top.query({ days: 1 })
  const yesterday = joinedSince.slice(0, 10)
  const demand = await shop.adminCli.prebook(['demand', '--since', yesterday])
  expect(demand.code).toBe(0)
  expect(demand.stdout).toMatch(new RegExp(`  New since ${yesterday}  .*\n .* \\+4  `))
  const json = await shop.adminCli.prebook(['demand', '--since', yesterday, '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ joinedSince: `${yesterday}T00:00:00.000Z` })
})

test('lists the readers waiting for a book, in order', async () => {
  const book = await shop.createBook({ title: 'Queue' })
  expect(await shop.adminCli.prebook(['demand', 'show', 'queue'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'No readers are waiting for this book.\n',
  })
  const none = await shop.adminCli.prebook(['demand', 'show', String(book.id), '--json'])
  expect(JSON.parse(none.stdout)).toEqual({ demand: null, items: [], nextCursor: null })

  const readers = [await shop.createReader(), await shop.createReader(), await shop.createReader()]
  for (const { client } of readers) await client.prebooks.create.mutate({ bookId: book.id })
  const queue = await shop.adminCli.prebook(['demand', 'show', 'queue', '--limit', '2'])
  expect(queue.code).toBe(0)
  const [header, first, second, rest] = queue.stdout.split('\n')
  expect(header).toMatch(/^Position {2}Reader +Since$/)
  expect(first).toMatch(new RegExp(`^ {7}1 {2}${readers[0]?.email} {2}\\d{4}-`))
  expect(second).toMatch(new RegExp(`^ {7}2 {2}${readers[1]?.email} {2}\\d{4}-`))
  expect(rest).toBe('')
  expect(queue.stderr).toBe(
    '3 readers waiting for Queue.\nThere are more entries. Use --limit <n> or --all to show them.\n',
  )
  const json = await shop.adminCli.prebook(['demand', 'show', 'queue', '--all', '--json'])
  expect(JSON.parse(json.stdout)).toEqual(
    await shop.admin.client.demand.waitlist.query({ bookId: book.id, limit: 100 }),
  )
  expect((await shop.adminCli.prebook(['demand', 'show', '999999'])).code).toBe(5)
})

test.each([
  [['--since', '0d'], 'Use a number of days such as 7d'],
  [['--since', '2099-01-01'], '--since: Must not be in the future'],
  [['--since', '2001-01-01'], 'at most 365 days ago'],
  [['--since', '2027-02-29'], '--since: Must be a day of the calendar'],
  [['--limit', '1000'], '--limit: '],
])('rejects %j as invalid usage', async (args, sentence) => {
  const demand = await shop.adminCli.prebook(['demand', ...args])
  expect(demand).toMatchObject({ code: 2, stdout: '' })
  expect(demand.stderr).toContain(sentence)
})

test('requires an admin', async () => {
  await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
  const reader = await shop.createReader()
  expect(await cli.prebook(['demand'])).toMatchObject({ code: 3, stdout: '' })
  expect(await cli.prebook(['demand'], { env: { PREBOOK_TOKEN: reader.token } })).toMatchObject({ code: 4 })
})
