import type { RouterOutputs } from '@prebook/client'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/faulty-proxy.ts'
import { isbnOf } from '../testing/isbn.ts'
import { hasTerminal, openTerminal, terminalNote } from '../testing/terminal.ts'
import { createTestCli, type TestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

type Book = RouterOutputs['books']['create']

let shop: CliShop
let cli: TestCli
beforeAll(async () => {
  shop = await openCliShop()
  cli = shop.adminCli
})
afterAll(() => shop[Symbol.asyncDispose]())

let books = 0
/** Creates books with these copies in stock. */
async function createBooks(...stocks: number[]): Promise<Book[]> {
  const created = []
  for (const stock of stocks) {
    books += 1
    created.push(await shop.createBook({ title: `Title ${books}`, isbn: isbnOf(books), stock }))
  }
  return created
}

const stocksOf = (some: Book[]) =>
  Promise.all(
    some.map(async ({ id }) => (await shop.admin.client.books.get.query({ bookId: id })).stockQuantity),
  )

const listOf = (some: Book[], quantities: (number | string)[], header = 'isbn,quantity') =>
  [header, ...some.map(({ isbn }, index) => `${isbn},${quantities[index]}`)].join('\n')

const importList = (input: string, ...args: string[]) =>
  cli.prebook(['stock', 'import', '-', ...args], { input })

const waitFor = async (book: Book | undefined) =>
  (await shop.createReader()).client.prebooks.create.mutate({ bookId: Number(book?.id) })

describe('prebook stock import', () => {
  test('names the columns that are not used, and reads the ones that are chosen', async () => {
    const [first] = await createBooks(1)
    const header = 'EAN,Title,RRP,On Hand,On Order'
    const list = `${header}\n${first?.isbn},Title,9.99,4,10`
    const run = await importList(list, '--yes')
    expect(run).toMatchObject({ code: 0 })
    expect(run.stderr).toContain('Not used: Title, RRP, On Order.\n“On Hand” is the stock.\n')
    const chosen = await importList(list, '--yes', '--map', 'quantity=On Order')
    expect(chosen.stderr).toContain('Not used: Title, RRP, On Hand.\n“On Order” is the stock.\n')
    expect(await stocksOf(first === undefined ? [] : [first])).toEqual([10])
    const unknown = await importList(list, '--yes', '--map', 'copies=On Order')
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain(
      'Use the form quantity="Header of the file". Columns: isbn, id, quantity.',
    )
  })

  test('sets the stock after a preview, and changes nothing the second time', async () => {
    const some = await createBooks(0, 0, 3, 5, 2)
    await waitFor(some[0])
    await waitFor(some[0])
    const list = listOf(some, [4, 1, 0, '7.0', 2], 'EAN,On Hand')

    const run = await importList(list, '--yes')
    expect(run).toMatchObject({ code: 0 })
    const shown = run.stdout.split('\n')
    expect(shown.slice(0, 5)).toEqual([
      expect.stringMatching(/^ *ID {2}Title +Stock +Notifies$/),
      expect.stringMatching(/Title \d+ +0 → 4 +2$/),
      expect.stringMatching(/Title \d+ +0 → 1$/),
      expect.stringMatching(/Title \d+ +3 → 0$/),
      expect.stringMatching(/Title \d+ +5 → 7$/),
    ])
    expect(shown[5]).toBe('The stock of 4 titles was set, 2 readers notified.')
    expect(run.stderr).toBe(
      '“On Hand” is the stock.\n' +
        '5 titles: 2 back in stock (notifies 2 readers), 1 sold out, 1 changed, 1 unchanged. 0 lines refused.\n',
    )
    expect(await stocksOf(some)).toEqual([4, 1, 0, 7, 2])

    const again = await importList(list, '--yes')
    expect(again).toMatchObject({ code: 0, stdout: '' })
    expect(again.stderr).toContain('5 titles: 0 back in stock, 0 sold out, 0 changed, 5 unchanged.')
    const { items } = await shop.admin.client.stock.history.query({ bookId: Number(some[0]?.id) })
    expect(items).toMatchObject([{ delta: 4, note: 'Stock list' }])
  })

  test('names what it refuses, and sets the others', async () => {
    const some = await createBooks(1, 1, 1, 1, 1)
    const [a, b, c, d, e] = some.map(({ isbn }) => isbn)
    const list = [
      'barcode,Bestand',
      `${a},2`,
      `${isbnOf(777_000_111)},2`,
      `${b},-1`,
      `${c},1.5`,
      `${d},3`,
      `${d},4`,
      `${e},5`,
      `${e},5`,
      `,6`,
      `${a?.slice(0, 12)}x,1`,
    ].join('\n')
    const run = await importList(list, '--yes', '--json')
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('7 lines of the list were refused.')
    const report = JSON.parse(run.stdout) as { refused: { line: number; problem: string }[] }
    expect(report.refused.map(({ line, problem }) => [line, problem])).toEqual([
      [3, `No book has the ISBN ${isbnOf(777_000_111)}.`],
      [4, expect.stringContaining('-1 is no stock')],
      [5, expect.stringContaining('“1.5” is not a whole number of copies')],
      [6, 'Contradicts line 7: 3 here, 4 there. Keep the right one.'],
      [7, 'Contradicts line 6: 4 here, 3 there. Keep the right one.'],
      [10, expect.stringContaining('Missing ISBN')],
      [11, expect.stringContaining('is not an ISBN')],
    ])
    expect(report).toMatchObject({ titles: 2, changed: 2, set: 2, complete: true })
    expect(await stocksOf(some)).toEqual([2, 1, 1, 1, 5])
  })

  test('writes a report of the drift, and replaces none', async () => {
    const some = await createBooks(1, 2)
    const file = await cli.write('list.csv', `${listOf(some, [4, 2])}\n${isbnOf(777_000_222)},1\n`)
    const report = `${file}.report.csv`
    const args = ['stock', 'import', file, '--dry-run', '--report', report]
    const dry = await cli.prebook(args)
    expect(dry.code).toBe(1)
    expect(dry.stderr).toContain('Dry run: nothing was changed.')
    const expected =
      '\uFEFFline,isbn,title,stock_before,stock_after,difference,notifies,problem\r\n' +
      `2,${some[0]?.isbn},${some[0]?.title},1,4,3,0,\r\n` +
      `4,${isbnOf(777_000_222)},,,,,,No book has the ISBN ${isbnOf(777_000_222)}.\r\n`
    expect(await readFile(report, 'utf8')).toBe(expected)
    expect(await stocksOf(some)).toEqual([1, 2])

    const refused = await cli.prebook([...args.slice(0, 3), '--yes', '--report', report])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') })
    expect(await stocksOf(some)).toEqual([1, 2])
    expect((await cli.prebook([...args.slice(0, 3), '--yes', '--report', report, '--force'])).code).toBe(1)
    expect(await readFile(report, 'utf8')).toBe(expected)
    expect(await stocksOf(some)).toEqual([4, 2])
  })

  test('needs --yes without a terminal, and --yes-really for a list that looks wrong', async () => {
    const some = await createBooks(...Array<number>(10).fill(2))
    const doubled = listOf(some, [4, 4, 4, 4, 2, 2, 2, 2, 2, 2])
    const emptied = listOf(some, [0, 0, 2, 2, 2, 2, 2, 2, 2, 2])
    expect(await importList(doubled)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    for (const [list, sentence] of [
      [doubled, 'It changes the stock of 4 of its 10 titles, more than 30 %.'],
      [emptied, 'It empties 2 of its 10 titles in stock, more than 10 %.'],
    ] as const) {
      const run = await importList(list, '--yes')
      expect(run.code).toBe(2)
      expect(run.stderr).toContain(sentence)
      expect(run.stderr).toContain('add --yes-really')
    }
    expect(new Set(await stocksOf(some))).toEqual(new Set([2]))
    expect((await importList(doubled, '--yes-really')).code).toBe(0)
    expect(await stocksOf(some)).toEqual([4, 4, 4, 4, 2, 2, 2, 2, 2, 2])
  })

  test.skipIf(!hasTerminal)(`asks twice for a list that looks wrong${terminalNote}`, async () => {
    const some = await createBooks(...Array<number>(10).fill(2))
    const file = await cli.write('doubled.csv', listOf(some, Array<number>(10).fill(4)))
    await using declined = openTerminal(cli, ['stock', 'import', file])
    await declined.waitFor('Set the stock of 10 titles?')
    declined.type('y')
    await declined.waitFor('Is the list right?')
    declined.type('n')
    expect(await declined.ended).toBe(130)
    expect(new Set(await stocksOf(some))).toEqual(new Set([2]))

    await using terminal = openTerminal(cli, ['stock', 'import', file, '--yes'])
    await terminal.waitFor('Is the list right?')
    terminal.type('y')
    expect(await terminal.ended).toBe(0)
    expect(terminal.screen()).not.toContain('Set the stock of 10 titles?')
    expect(new Set(await stocksOf(some))).toEqual(new Set([4]))
  })

  test('refuses a title whose stock changed since the preview', async () => {
    const some = await createBooks(3, 3)
    let calls = 0
    const before = async (path: string) => {
      if (path !== 'stock.batch') return
      calls += 1
      // Sold between the preview and the change.
      if (calls === 2) await shop.admin.client.stock.set.mutate({ bookId: Number(some[0]?.id), quantity: 0 })
    }
    await using proxy = await startProxy(shop.api.url, { before })
    await using through = await createTestCli({ ...cli.env, PREBOOK_URL: proxy.url })
    const input = listOf(some, [5, 5])
    const run = await through.prebook(['stock', 'import', '-', '--yes'], { input })
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('Line 2: The stock has changed: expected 3, found 0.')
    expect(run.stdout).toContain('The stock of 1 title was set, 0 readers notified.')
    expect(await stocksOf(some)).toEqual([0, 5])
  })

  test('sets each title once when a response is lost', async () => {
    const some = await createBooks(0, 1)
    let calls = 0
    const dropsResponse = (path: string) => path === 'stock.batch' && (calls += 1) === 2
    await using proxy = await startProxy(shop.api.url, { dropsResponse })
    await using through = await createTestCli({ ...cli.env, PREBOOK_URL: proxy.url })
    const run = await through.prebook(['stock', 'import', '-', '--yes'], { input: listOf(some, [2, 2]) })
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing is applied twice') })
    expect(await stocksOf(some)).toEqual([2, 2])
  })

  test('killed in the middle sets the rest when it runs again', async () => {
    const rows = Array.from({ length: 600 }, (_, index) => ({
      title: `Many ${index}`,
      author: 'A',
      priceCents: 1,
      isbn: isbnOf(100_000 + index),
    }))
    while (rows.length > 0) await shop.admin.client.books.import.mutate({ rows: rows.splice(0, 100) })
    const input = `isbn,stock\n${Array.from({ length: 600 }, (_, index) => `${isbnOf(100_000 + index)},1`).join('\n')}`
    let calls = 0
    // Two calls of the dry run, and one that sets 500 titles.
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path !== 'stock.batch' || (calls += 1) < 4) return
        command.kill('SIGKILL')
        throw new Error('The command was killed.')
      },
    })
    await using through = await createTestCli({ ...cli.env, PREBOOK_URL: proxy.url })
    const args = ['stock', 'import', '-', '--yes-really']
    const command = through.start(args, { input })
    expect((await command.ended).code).toBeNull()
    const rest = await cli.prebook(args, { input })
    expect(rest.stderr).toMatch(/600 titles: 100 back in stock, 0 sold out, 0 changed, 500 unchanged\./)
    const again = await cli.prebook(args, { input })
    expect(again.stderr).toContain('0 back in stock, 0 sold out, 0 changed, 600 unchanged.')
  })
})
