import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const audit = (...args: string[]) => shop.adminCli.prebook(['audit', 'list', ...args])

describe('prebook audit list', () => {
  test('lists who changed what, newest first', async () => {
    const reader = await shop.createReader()
    const book = await shop.createBook()
    await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 3 })
    await shop.adminCli.prebook(['users', 'deactivate', reader.email])
    const list = await audit()
    expect(list).toMatchObject({ code: 0, stderr: '' })
    const lines = list.stdout.split('\n')
    expect(lines[0]).toMatch(/^Time +By +Action +Subject +Details$/)
    expect(lines[1]).toMatch(
      new RegExp(`admin@example\\.org +users\\.deactivate +user:\\d+ +${reader.email}$`),
    )
    expect(lines[2]).toMatch(
      new RegExp(`stock\\.set +book:${book.id} +movement id \\d+, delta 3, quantity after 3$`),
    )
    const json = await audit('--json')
    expect(JSON.parse(json.stdout)).toEqual(await shop.admin.client.audit.list.query({}))
  })

  test('filters by account, subject and action', async () => {
    const reader = await shop.createReader()
    const book = await shop.createBook()
    const subject = `book:${book.id}`
    const ofBook = await audit('--subject', subject, '--account', 'ADMIN@example.org', '--json')
    expect(JSON.parse(ofBook.stdout)).toMatchObject({ items: [{ action: 'books.create', subject }] })
    expect(await audit('--account', reader.email)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No matching changes.\n',
    })
    expect((await audit('--action', 'books.create')).stdout).not.toContain('stock.set')
    expect((await audit('--limit', '1')).stderr).toContain('More entries exist')
    expect(await audit('--action', 'books.list')).toMatchObject({ code: 2, stdout: '' })
    const invalid = await audit('--subject', 'Dune')
    expect(invalid).toMatchObject({ code: 2, stdout: '' })
    expect(invalid.stderr).toContain('Must be book:<id>')
  })

  test('requires an admin', async () => {
    const reader = await shop.createReader()
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: reader.token })
    expect(await cli.prebook(['audit', 'list'])).toMatchObject({ code: 4, stdout: '' })
  })
})
