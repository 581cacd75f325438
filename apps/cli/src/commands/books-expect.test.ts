import { spawnApi } from '@prebook/testing/api'
import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli, type TestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

/** The time zones between which the day always differs: 11 hours behind UTC, and 14 ahead. */
const BEHIND = 'Pacific/Pago_Pago'
const AHEAD = 'Pacific/Kiritimati'

const nextYear = new Date().getFullYear() + 1

/** A shop whose last days are over once it runs in the time zone {@link AHEAD}. */
const openShop = () => openCliShop({ SHOP_TIMEZONE: BEHIND, ANNOUNCEMENT_DELAY_MINUTES: '15' })

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: BEHIND }).format(new Date())

async function waitFor(shop: CliShop, bookId: number) {
  const { client } = await shop.createReader()
  await client.prebooks.create.mutate({ bookId })
}

describe('prebook books expect', () => {
  let shop: CliShop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop[Symbol.asyncDispose]())

  test('sets, changes and removes the date, and says when readers are mailed', async () => {
    const book = await shop.createBook()
    const expectDate = (when: string, ...more: string[]) =>
      shop.adminCli.prebook(['books', 'expect', String(book.id), when, ...more])
    expect(await expectDate(`${nextYear}-03-12`)).toEqual({
      code: 0,
      stderr: '',
      stdout: `Dune is expected: 12 March ${nextYear}. No e-mails go out.\n`,
    })
    await waitFor(shop, book.id)
    expect((await expectDate(`${nextYear}-Spring`)).stdout).toBe(
      `Dune is expected: spring ${nextYear}. 1 waiting reader gets an e-mail in 15 minutes, unless it changes again.\n`,
    )
    await waitFor(shop, book.id)
    expect((await expectDate(`${nextYear}-04`)).stdout).toBe(
      `Dune is expected: April ${nextYear}. 2 waiting readers get an e-mail in 15 minutes, unless it changes again.\n`,
    )
    const shown = await shop.adminCli.prebook(['books', 'show', String(book.id)])
    expect(shown.stdout).toMatch(new RegExp(`^Due {6}April ${nextYear}$`, 'm'))
    const list = await shop.adminCli.prebook(['books', 'list'])
    expect(list.stdout).toMatch(new RegExp(` 0 {2}due April ${nextYear}\n`))
    const demand = await shop.adminCli.prebook(['demand'])
    expect(demand.stdout).toMatch(new RegExp(` {2}April ${nextYear}\n`))
    const waitlist = await shop.adminCli.prebook(['demand', 'show', String(book.id)])
    expect(waitlist.stderr).toBe(`2 readers waiting for Dune, due April ${nextYear}.\n`)

    const removed = await expectDate('none', '--json')
    const answer = JSON.parse(removed.stdout) as RouterOutputs['books']['expect']
    expect(answer.book).toMatchObject({ id: book.id, expectedOn: null, expectedPrecision: null })
    expect((await expectDate('none')).stdout).toMatch(/^Dune has no expected date now\./)
  })

  test.each([['2020-03-12'], [`${nextYear}-monsoon`], [`${nextYear}-02-30`], ['soon'], ['']])(
    'rejects %j as invalid usage and changes nothing',
    async (when) => {
      const book = await shop.createBook()
      await shop.adminCli.prebook(['books', 'expect', String(book.id), `${nextYear}-03`])
      const run = await shop.adminCli.prebook(['books', 'expect', String(book.id), when])
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toContain('<when>: ')
      expect(await shop.admin.client.books.get.query({ bookId: book.id })).toMatchObject({
        expectedOn: `${nextYear}-03`,
      })
    },
  )
})

describe('prebook books overdue', () => {
  test('lists the sold-out books whose date has passed', async () => {
    await using shop = await openShop()
    const books = [await shop.createBook({ title: 'Late' }), await shop.createBook({ title: 'Later' })]
    for (const { id } of books) {
      await waitFor(shop, id)
      await shop.adminCli.prebook(['books', 'expect', String(id), today()])
    }
    expect(await shop.adminCli.prebook(['books', 'overdue'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No books are overdue.\n',
    })

    await shop.api.stop()
    await using api = await spawnApi({
      databaseUrl: shop.api.databaseUrl,
      env: { SHOP_TIMEZONE: AHEAD },
    })
    await using cli = await createTestCli({ ...shop.adminCli.env, PREBOOK_URL: api.url })
    await expectOverdue(cli)
  })
})

async function expectOverdue(cli: TestCli) {
  const overdue = await cli.prebook(['books', 'overdue'])
  expect(overdue).toMatchObject({ code: 0, stderr: '' })
  const lines = overdue.stdout.split('\n')
  expect(lines[0]).toMatch(/^ID {2}Title +Author +Was due +Waiting$/)
  expect(lines[1]).toMatch(/ Late +Frank Herbert +\d+ \w+ \d{4} +1$/)
  expect(lines[2]).toMatch(/ Later +Frank Herbert +\d+ \w+ \d{4} +1$/)
  const first = await cli.prebook(['books', 'overdue', '--limit', '1'])
  expect(first.stderr).toContain('There are more entries')
  const json = await cli.prebook(['books', 'overdue', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({
    items: [{ bookTitle: 'Late', waiting: 1 }, { bookTitle: 'Later' }],
    nextCursor: null,
  })
  expect((await cli.prebook(['demand'])).stdout).toContain('(overdue)\n')
  expect((await cli.prebook(['books', 'list'])).stdout).not.toContain('due ')
}
