import { WAIT } from '@prebook/testing/bounds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const deliveries = (...args: string[]) => shop.adminCli.prebook(['deliveries', ...args])

/** Restocks a book with a number of waiting readers. Without a mail server, their e-mails are held. */
async function restocked(readers: number) {
  const book = await shop.createBook()
  const people = []
  for (let n = 0; n < readers; n += 1) {
    const reader = await shop.createReader()
    await reader.client.prebooks.create.mutate({ bookId: book.id })
    people.push(reader)
  }
  await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 3 })
  const heldItems = async () => {
    const { items } = await shop.admin.client.deliveries.list.query({ bookId: book.id, state: 'held' })
    return items
  }
  await expect.poll(async () => (await heldItems()).length, WAIT).toBe(readers)
  return { book, people, items: await heldItems() }
}

describe('prebook deliveries', () => {
  test('lists e-mails, newest first, by state and by book', async () => {
    const { book, people } = await restocked(2)
    await restocked(1)
    const list = await deliveries('list', '--book', String(book.id))
    expect(list).toMatchObject({ code: 0, stderr: '' })
    const lines = list.stdout.split('\n')
    expect(lines[0]).toMatch(/^ *ID {2}E-mail +Kind +Book +State +Attempts +Time +Reason$/)
    expect(lines[1]).toMatch(new RegExp(`^ *\\d+  ${people[1]?.email} +restock +Dune +held +0 `))
    expect(lines[2]).toContain(people[0]?.email)
    expect(await deliveries('list', '--state', 'failed')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No matching e-mails.\n',
    })
    const json = await deliveries('list', '--state', 'held', '--limit', '2', '--json')
    expect(JSON.parse(json.stdout)).toEqual(
      await shop.admin.client.deliveries.list.query({ state: 'held', limit: 2 }),
    )
    expect((await deliveries('list', '--limit', '1')).stderr).toContain('There are more entries')
    expect(await deliveries('list', '--state', 'lost')).toMatchObject({ code: 2, stdout: '' })
  })

  test('are resent, one by its id, or all that are held', async () => {
    const { book, items } = await restocked(3)
    const one = await deliveries('redrive', `#${items[0]?.id}`)
    expect(one).toEqual({ code: 0, stdout: 'Queued 1 e-mail for resending.\n', stderr: '' })
    // Without a mail server it is held again.
    const again = async () => {
      const now = await shop.admin.client.deliveries.list.query({ bookId: book.id, state: 'held' })
      return now.items.filter(({ queuedAt, id }) => id !== items[0]?.id || queuedAt !== items[0].queuedAt)
        .length
    }
    await expect.poll(again, WAIT).toBe(3)

    const all = await deliveries('redrive', '--state', 'held', '--book', String(book.id), '--yes', '--json')
    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(all.stdout)).toEqual({ redriven: 3 })
    expect((await deliveries('redrive', '--state', 'failed', '--yes')).stdout).toBe(
      'Nothing to do: no matching e-mails.\n',
    )
  })

  test.each([
    [['redrive'], 2, 'Specify the ID of one e-mail'],
    [['redrive', '1', '--state', 'held'], 2, 'Specify the ID of one e-mail'],
    [['redrive', '1', '--book', '1'], 2, '--book requires --state'],
    [['redrive', '--state', 'held'], 2, 'Add --yes'],
    [['redrive', '--state', 'sent', '--yes'], 2, 'failed, held'],
    [['redrive', 'x'], 2, 'Use a whole number'],
    [['redrive', '999999'], 5, 'E-mail not found.'],
  ])('rejects %j', async (args, code, sentence) => {
    const run = await deliveries(...args)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })

  test('require an admin', async () => {
    const reader = await shop.createReader()
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: reader.token })
    expect(await cli.prebook(['deliveries', 'list'])).toMatchObject({ code: 4, stdout: '' })
    expect(await cli.prebook(['deliveries', 'redrive', '1'])).toMatchObject({ code: 4, stdout: '' })
  })
})
