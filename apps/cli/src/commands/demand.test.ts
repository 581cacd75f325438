import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk } from '../testing/run-prebook.ts'
import { openShop, type Shop } from '../testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

test('says that nobody waits', async () => {
  expect(await shop.adminDesk.prebook(['demand'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Nobody waits for a book.\n',
  })
})

test('ranks the books that readers wait for, with bars in proportion', async () => {
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

  const demand = await shop.adminDesk.prebook(['demand', '--days', '30'])
  expect(demand.code).toBe(0)
  const [header, first, second] = demand.stdout.split('\n')
  expect(header).toMatch(/^Rank {2}Id {2}Title {4}Author {9}Waiting {2} {16} {2}Last 30 days {2}Since$/)
  expect(first).toMatch(/^ {3}1 +\d+ {2}Solaris {2}Frank Herbert +4 {2}█{16} +\+4 {2}\d{4}-\d\d-\d\d$/)
  expect(second).toMatch(/^ {3}2 +\d+ {2}Dune {5}Frank Herbert +1 {2}█{4} +\+1 {2}\d{4}-\d\d-\d\d$/)
  expect(demand.stderr).toBe('5 pre-bookings waiting in all.\n')

  const top = await shop.adminDesk.prebook(['demand', '--limit', '1'])
  expect(top.stdout).not.toContain('Dune')
  expect(top.stderr).toContain('1 of them for books further down')

  const json = await shop.adminDesk.prebook(['demand', '--limit', '1', '--json'])
  expect(JSON.parse(json.stdout)).toEqual(await shop.admin.client.demand.top.query({ limit: 1 }))
})

test.each([
  [['--days', '0'], '--days: '],
  [['--limit', '1000'], '--limit: '],
])('%j is wrong usage', async (args, sentence) => {
  const demand = await shop.adminDesk.prebook(['demand', ...args])
  expect(demand).toMatchObject({ code: 2, stdout: '' })
  expect(demand.stderr).toContain(sentence)
})

test('is for admins', async () => {
  await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
  const reader = await shop.createReader()
  expect(await desk.prebook(['demand'])).toMatchObject({ code: 3, stdout: '' })
  expect(await desk.prebook(['demand'], { env: { PREBOOK_TOKEN: reader.token } })).toMatchObject({ code: 4 })
})
