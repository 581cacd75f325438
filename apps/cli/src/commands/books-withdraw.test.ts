import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

type Answer = {
  preview: RouterOutputs['books']['previewWithdrawal']
  withdrawal: RouterOutputs['books']['withdraw']
}

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const books = (...args: string[]) => shop.adminCli.prebook(['books', ...args])
const bookOf = (bookId: number) => shop.admin.client.books.get.query({ bookId })

/** A sold-out book with readers waiting. */
async function waitedFor(title: string, count: number) {
  const book = await shop.createBook({ title })
  const readers = await Promise.all(Array.from({ length: count }, () => shop.createReader()))
  for (const { client } of readers) await client.prebooks.create.mutate({ bookId: book.id })
  return { book, readers }
}

describe('prebook books withdraw', () => {
  test('shows how many readers it tells, cancels their pre-bookings and names the successor', async () => {
    const { book, readers } = await waitedFor('Out of print', 2)
    const successor = await shop.createBook({ title: 'Second edition' })
    const withdrawn = await books('withdraw', 'out of print', '--successor', `#${successor.id}`, '--yes')
    expect(withdrawn).toMatchObject({ code: 0, stderr: '' })
    const label = `#${successor.id} Second edition by Frank Herbert`
    expect(withdrawn.stdout).toMatch(
      new RegExp(
        [
          `^Out of print by Frank Herbert \\(#${book.id}\\)`,
          `Successor  ${label}, sold out: readers can pre-book it`,
          'Tells      2 readers that it will not come',
          `Withdrew Out of print\\. Told 2 readers at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\. Its successor is ${label}\\.\n$`,
        ].join('\n'),
      ),
    )
    for (const { client } of readers) {
      expect((await client.prebooks.list.query({})).items).toMatchObject([
        { status: 'cancelled', cancelledBy: 'shop', successorId: successor.id },
      ])
    }
    const shown = await books('show', String(book.id))
    expect(shown.stdout).toMatch(/Stock +0, cannot be pre-booked\nWithdrawn +\d{4}-/)
    expect(shown.stdout).toContain(`Successor  ${label}\n`)
    expect((await books('list', '--query', 'out of print')).stdout).toMatch(/ 0 {2}withdrawn\n/)
  })

  test('prints the API response as JSON', async () => {
    const { book } = await waitedFor('As JSON', 1)
    const withdrawn = await books('withdraw', String(book.id), '--note', 'Rights expired', '--yes', '--json')
    expect(withdrawn).toMatchObject({ code: 0, stderr: '' })
    const { preview, withdrawal } = JSON.parse(withdrawn.stdout) as Answer
    expect(preview).toEqual({ bookId: book.id, waiting: 1, successor: null })
    expect(withdrawal.waitlistClosed).toMatchObject({ cancelled: 1 })
    expect(withdrawal.book).toEqual(await bookOf(book.id))
  })

  test('changes and removes the successor of a withdrawn book', async () => {
    const book = await shop.createBook({ title: 'First edition' })
    const successor = await shop.createBook({ title: 'Third edition', stock: 2 })
    const first = await books('withdraw', String(book.id), '--yes')
    expect(first.stdout).toContain('Withdrew First edition. No readers were waiting. It has no successor.')
    const named = await books('withdraw', String(book.id), '--successor', String(successor.id), '--yes')
    expect(named.stdout).toContain(`First edition was withdrawn already. Its successor is #${successor.id}`)
    expect(named.stdout).toContain(', in stock\n')
    expect(await bookOf(book.id)).toMatchObject({ successorId: successor.id })
    const removed = await books('withdraw', String(book.id), '--successor', '', '--yes')
    expect(removed.stdout).toContain('It has no successor.')
    expect(await bookOf(book.id)).toMatchObject({ successorId: null })
  })

  test('of a book in stock takes effect when it sells out', async () => {
    const book = await shop.createBook({ title: 'Last copies', stock: 2 })
    const withdrawn = await books('withdraw', String(book.id), '--yes')
    expect(withdrawn.stdout).toContain('It cannot be pre-booked once the 2 copies are sold.')
  })

  test.each([[[]], [['--json']]])('changes nothing without a terminal and --yes %j', async (args) => {
    const { book } = await waitedFor('Not confirmed', 1)
    const run = await books('withdraw', String(book.id), ...args)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('Add --yes')
    expect(await bookOf(book.id)).toMatchObject({ withdrawnAt: null })
  })

  test('changes nothing with a successor that is the book, or withdrawn, or does not exist', async () => {
    const book = await shop.createBook({ title: 'Without a successor' })
    const gone = await shop.createBook({ title: 'Gone as well' })
    await shop.admin.client.books.withdraw.mutate({ bookId: gone.id })
    for (const [successor, code, sentence] of [
      [String(book.id), 2, '--successor: '],
      [String(gone.id), 2, '--successor: '],
      ['999999', 5, '--successor: Book not found.'],
    ] as const) {
      const run = await books('withdraw', String(book.id), '--successor', successor, '--yes')
      expect(run).toMatchObject({ code, stdout: '' })
      expect(run.stderr).toContain(sentence)
    }
    expect(await bookOf(book.id)).toMatchObject({ withdrawnAt: null })
  })

  test('requires a member of staff', async () => {
    const book = await shop.createBook()
    const reader = await shop.createReader()
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: reader.token })
    expect(await cli.prebook(['books', 'withdraw', String(book.id), '--yes'])).toMatchObject({
      code: 4,
      stdout: '',
    })
  })
})

test('a withdrawn book is refused until it is reinstated or restocked', async () => {
  const book = await shop.createBook({ title: 'Back again' })
  const { client } = await shop.createReader()
  const reinstate = () => books('reinstate', String(book.id))
  expect((await reinstate()).stdout).toBe('Nothing to do: Back again is not withdrawn.\n')
  await books('withdraw', String(book.id), '--yes')
  await expect(client.prebooks.create.mutate({ bookId: book.id })).rejects.toMatchObject({
    data: { reason: 'PREBOOK_BOOK_WITHDRAWN' },
  })
  expect((await reinstate()).stdout).toBe('Reinstated Back again. Readers can pre-book it again.\n')
  await client.prebooks.create.mutate({ bookId: book.id })

  await books('withdraw', String(book.id), '--yes')
  const restocked = await shop.adminCli.prebook(['restock', String(book.id), '--to', '1', '--yes'])
  expect(restocked.stdout).toContain('Reinstates  the book, which is withdrawn\n')
  expect(await bookOf(book.id)).toMatchObject({ withdrawnAt: null })
})
