import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isbnOf } from '../testing/isbn.ts'
import { startProxy } from '../testing/meddling-proxy.ts'
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

/** The lines of a screen, without what was drawn over since. */
const linesOf = (screen: string) => screen.split('\n').map((line) => line.split('\r').at(-1) ?? '')

describe.skipIf(!hasTerminal)(`on a terminal${terminalNote}`, () => {
  test('a restock shows what it would do, asks, and does it', async () => {
    const book = await shop.createBook({ title: 'Asked for' })
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    await using terminal = openTerminal(shop.adminDesk, ['restock', String(book.id), '--to', '5'])
    await terminal.shows('Set the stock to 5 and tell 1 reader?')
    expect(terminal.screen()).toContain('Stock  0 → 5, back in stock')
    expect(await stockOf(book.id)).toBe(0)
    terminal.type('y')
    await terminal.shows('1 reader was notified at')
    expect(await terminal.ended).toBe(0)
    expect(await stockOf(book.id)).toBe(5)
  })

  test.each([
    ['no', 'n'],
    ['Enter, since no is the default', ENTER],
    ['Ctrl-C', CTRL_C],
  ])('a restock is left at %s', async (_name, key) => {
    const book = await shop.createBook()
    await using terminal = openTerminal(shop.adminDesk, ['restock', String(book.id), '--by', '5'])
    await terminal.shows('Set the stock to 5?')
    terminal.type(key)
    await terminal.shows('Cancelled: nothing was changed.')
    expect(await terminal.ended).toBe(130)
    expect(await stockOf(book.id)).toBe(0)
  })

  test('of several books that fit, asks which', async () => {
    const title = `One of ${'very '.repeat(20)}many`
    await shop.createBook({ title })
    const second = await shop.createBook({ title })
    await using terminal = openTerminal(shop.adminDesk, ['books', 'show', 'one many'], { columns: 60 })
    await terminal.shows('Which one? “one many” fits 2 books')
    for (const line of linesOf(terminal.screen())) expect(textWidth(line)).toBeLessThanOrEqual(60)
    terminal.type(DOWN + ENTER)
    await terminal.shows('Added ')
    expect(await terminal.ended).toBe(0)
    expect(terminal.screen()).toContain(`(#${second.id})`)
  })

  test('a shipment shows its plan within the width, asks, and counts', async () => {
    const book = await shop.createBook({ title: `A title ${'of great length '.repeat(8)}` })
    const file = await shop.adminDesk.write('shipment.csv', `id,quantity\n${book.id},5\n${book.id},x\n`)
    const args = ['restock', '--file', file, '--shipment', 'T1']
    await using terminal = openTerminal(shop.adminDesk, args, { columns: 60 })
    await terminal.shows('Count 5 copies of 1 title?')
    for (const line of linesOf(terminal.screen())) expect(textWidth(line)).toBeLessThanOrEqual(60)
    terminal.type('y')
    expect(await terminal.ended).toBe(1)
    expect(terminal.screen()).toContain('5 copies of 1 title counted, 0 readers notified.')
    expect(await stockOf(book.id)).toBe(5)
  })

  test('an import shows how far it is, and Ctrl-C stops it with a word', async () => {
    const rows = Array.from({ length: 900 }, (_, index) => `T,A,${isbnOf(index)},1\n`)
    const file = await shop.adminDesk.write('books.csv', `title,author,isbn,price\n${rows.join('')}`)
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
    await using terminal = openTerminal(shop.adminDesk, args, { columns: 100 })
    await terminal.shows(' left')
    expect(terminal.screen()).toMatch(/Importing {2}█.* \d+ % {2}\d00 rows, \d+\/s, \d+ s left/)
    await underWay.promise
    terminal.type(CTRL_C)
    await terminal.shows('Press Ctrl-C again to stop at once.')
    interrupted.resolve()
    expect(await terminal.ended).toBe(130)
    expect(terminal.screen()).toContain('400 rows: 400 created')
    expect(terminal.screen()).toContain('Everything up to line 401 is imported.')
  })

  test('a second Ctrl-C stops an import at once, and says what is not known', async () => {
    const file = await shop.adminDesk.write(
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
    await using terminal = openTerminal(shop.adminDesk, ['books', 'import', file, '--url', proxy.url])
    await underWay.promise
    terminal.type(CTRL_C)
    await terminal.shows('Press Ctrl-C again to stop at once.')
    terminal.type(CTRL_C)
    expect(await terminal.ended).toBe(130)
    expect(terminal.screen()).toContain('No row is imported yet. It is not known whether lines 2 to 3')
    never.resolve()
  })

  test('colours are used, unless NO_COLOR asks for none', async () => {
    await shop.createBook({ title: 'Sold out' })
    const args = ['books', 'list', '--query', 'sold out']
    const colour = new RegExp(String.raw`\u001b\[\d+m`)
    await using coloured = openTerminal(shop.adminDesk, args)
    expect(await coloured.ended).toBe(0)
    expect(coloured.raw()).toMatch(colour)
    await using plain = openTerminal(shop.adminDesk, args, { env: { NO_COLOR: '1' } })
    expect(await plain.ended).toBe(0)
    expect(plain.raw()).not.toMatch(colour)
  })

  test('with --json nobody is asked', async () => {
    const book = await shop.createBook()
    await using terminal = openTerminal(shop.adminDesk, ['restock', String(book.id), '--to', '5', '--json'])
    expect(await terminal.ended).toBe(2)
    expect(terminal.screen()).toContain('With --json nobody is asked')
  })
})
