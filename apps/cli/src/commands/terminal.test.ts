import { limits } from '@prebook/client/limits'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isbnOf } from '../testing/isbn.ts'
import { startProxy } from '../testing/faulty-proxy.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'
import { hasTerminal, openTerminal, terminalNote } from '../testing/terminal.ts'
import { textWidth } from '../terminal/text-width.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const DOWN = '\u001b[B'
const ENTER = '\r'
const CTRL_C = '\u0003'

const stockOf = async (bookId: number) => (await shop.admin.client.books.get.query({ bookId })).stockQuantity

/** The lines of a screen, without overwritten text. */
const linesOf = (screen: string) => screen.split('\n').map((line) => line.split('\r').at(-1) ?? '')

describe.skipIf(!hasTerminal)(`on a terminal${terminalNote}`, () => {
  test('a restock shows its effect, asks for confirmation and is made', async () => {
    const book = await shop.createBook({ title: 'Asked for' })
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    await using terminal = openTerminal(shop.adminCli, ['restock', String(book.id), '--to', '5'])
    await terminal.waitFor('Set the stock to 5 and notify 1 reader?')
    expect(terminal.screen()).toContain('Stock     0 → 5, back in stock')
    expect(await stockOf(book.id)).toBe(0)
    terminal.type('y')
    await terminal.waitFor('Notified 1 reader at')
    expect(await terminal.ended).toBe(0)
    expect(await stockOf(book.id)).toBe(5)
  })

  test.each([
    ['no', 'n'],
    ['Enter, since no is the default', ENTER],
    ['Ctrl-C', CTRL_C],
  ])('a restock is cancelled by %s', async (_name, key) => {
    const book = await shop.createBook()
    await using terminal = openTerminal(shop.adminCli, ['restock', String(book.id), '--by', '5'])
    await terminal.waitFor('Set the stock to 5?')
    terminal.type(key)
    await terminal.waitFor('Cancelled. Nothing was changed.')
    expect(await terminal.ended).toBe(130)
    expect(await stockOf(book.id)).toBe(0)
  })

  test('a withdrawal shows how many readers it tells, asks for confirmation and is made', async () => {
    const book = await shop.createBook({ title: 'Asked for as well' })
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    const args = ['books', 'withdraw', String(book.id)]
    const withdrawnAt = async () => (await shop.admin.client.books.get.query({ bookId: book.id })).withdrawnAt
    const question = 'Withdraw it and tell 1 reader that it will not come?'
    await using refused = openTerminal(shop.adminCli, args)
    await refused.waitFor(question)
    refused.type(ENTER)
    expect(await refused.ended).toBe(130)
    expect(await withdrawnAt()).toBeNull()
    await using terminal = openTerminal(shop.adminCli, args)
    await terminal.waitFor(question)
    terminal.type('y')
    await terminal.waitFor('Told 1 reader at')
    expect(await terminal.ended).toBe(0)
    expect(await withdrawnAt()).not.toBeNull()
  })

  test('an import asks before it withdraws titles for which readers wait', async () => {
    const isbn = isbnOf(1003)
    const book = { title: 'Ended', author: 'X', priceCents: 999, isbn }
    const { id: bookId } = await shop.admin.client.books.create.mutate(book)
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId })
    const content = `title,author,isbn,price,availability\nEnded,X,${isbn},9.99,51\n`
    const args = ['books', 'import', await shop.adminCli.write('ended.csv', content)]
    const withdrawnAt = async () => (await shop.admin.client.books.get.query({ bookId })).withdrawnAt
    const question = 'Withdraw 1 title and tell 1 reader that they will not come?'
    await using refused = openTerminal(shop.adminCli, args)
    await refused.waitFor(question)
    refused.type(ENTER)
    expect(await refused.ended).toBe(130)
    expect(await withdrawnAt()).toBeNull()
    await using terminal = openTerminal(shop.adminCli, args, { columns: 120 })
    await terminal.waitFor(question)
    terminal.type('y')
    await terminal.waitFor('1 title withdrawn, 1 reader told.')
    expect(await terminal.ended).toBe(0)
    expect(await withdrawnAt()).not.toBeNull()
  })

  test('an ambiguous reference prompts for a choice', async () => {
    const title = `One of ${'very '.repeat(20)}many`
    const older = await shop.createBook({ title })
    await shop.createBook({ title })
    await using terminal = openTerminal(shop.adminCli, ['books', 'show', 'one many'], { columns: 60 })
    await terminal.waitFor('Choose a book: “one many” matches 2 books')
    for (const line of linesOf(terminal.screen())) expect(textWidth(line)).toBeLessThanOrEqual(60)
    terminal.type(DOWN + ENTER)
    await terminal.waitFor('Added ')
    expect(await terminal.ended).toBe(0)
    expect(terminal.screen()).toContain(`(#${older.id})`)
  })

  test('a shipment shows its plan within the width, asks for confirmation and is counted', async () => {
    const book = await shop.createBook({ title: `A title ${'of great length '.repeat(8)}` })
    const file = await shop.adminCli.write('shipment.csv', `id,quantity\n${book.id},5\n${book.id},x\n`)
    const args = ['restock', '--file', file, '--shipment', 'T1']
    await using terminal = openTerminal(shop.adminCli, args, { columns: 60 })
    await terminal.waitFor('Count 5 copies of 1 title?')
    for (const line of linesOf(terminal.screen())) expect(textWidth(line)).toBeLessThanOrEqual(60)
    terminal.type('y')
    expect(await terminal.ended).toBe(1)
    expect(terminal.screen()).toContain('5 copies of 1 title counted, 0 readers notified.')
    expect(await stockOf(book.id)).toBe(5)
  })

  test('an import shows its progress, and Ctrl-C stops it with a report', async () => {
    const sent = 4 * limits.importRows.max
    const rows = Array.from({ length: sent + 100 }, (_, index) => `T,A,${isbnOf(5_001 + index)},1\n`)
    const file = await shop.adminCli.write('books.csv', `title,author,isbn,price\n${rows.join('')}`)
    const underWay = Promise.withResolvers<void>()
    const interrupted = Promise.withResolvers<void>()
    let calls = 0
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path !== 'books.import' || ++calls !== 4) return
        underWay.resolve()
        await interrupted.promise
      },
    })
    const args = ['books', 'import', file, '--url', proxy.url]
    await using terminal = openTerminal(shop.adminCli, args, { columns: 100 })
    await terminal.waitFor(' left')
    expect(terminal.screen()).toMatch(/Importing {2}█.* \d+ % {2}\d+ rows, \d+\/s, \d+ s left/)
    await underWay.promise
    terminal.type(CTRL_C)
    await terminal.waitFor('Press Ctrl-C again to stop immediately.')
    interrupted.resolve()
    expect(await terminal.ended).toBe(130)
    expect(terminal.screen()).toContain(`${sent} rows: ${sent} created`)
    expect(terminal.screen()).toContain(`All rows up to line ${sent + 1} were imported.`)
  })

  test('a second Ctrl-C stops an import immediately and reports the unknown outcome', async () => {
    const file = await shop.adminCli.write(
      'two.csv',
      `title,author,isbn,price\nT,A,${isbnOf(1001)},1\nT,A,${isbnOf(1002)},1\n`,
    )
    const underWay = Promise.withResolvers<void>()
    const never = Promise.withResolvers<void>()
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path !== 'books.import') return
        underWay.resolve()
        await never.promise
      },
    })
    await using terminal = openTerminal(shop.adminCli, ['books', 'import', file, '--url', proxy.url])
    await underWay.promise
    terminal.type(CTRL_C)
    await terminal.waitFor('Press Ctrl-C again to stop immediately.')
    terminal.type(CTRL_C)
    expect(await terminal.ended).toBe(130)
    expect(terminal.screen()).toContain('No rows were imported. It is unknown whether lines 2 to 3')
    never.resolve()
  })

  test('uses colours unless NO_COLOR is set', async () => {
    await shop.createBook({ title: 'Sold out' })
    const args = ['books', 'list', '--query', 'sold out']
    const colour = new RegExp(String.raw`\u001b\[\d+m`)
    await using coloured = openTerminal(shop.adminCli, args)
    expect(await coloured.ended).toBe(0)
    expect(coloured.raw()).toMatch(colour)
    await using plain = openTerminal(shop.adminCli, args, { env: { NO_COLOR: '1' } })
    expect(await plain.ended).toBe(0)
    expect(plain.raw()).not.toMatch(colour)
  })

  test('--json never prompts', async () => {
    const book = await shop.createBook()
    await using terminal = openTerminal(shop.adminCli, ['restock', String(book.id), '--to', '5', '--json'])
    expect(await terminal.ended).toBe(2)
    expect(terminal.screen()).toContain('Cannot ask for confirmation with --json')
  })
})
