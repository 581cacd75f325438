import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCliShop, type CliShop } from '../testing/shop.ts'
import { isbnOf } from '../testing/isbn.ts'
import { hasTerminal, openTerminal, terminalNote } from '../testing/terminal.ts'
import type { TestCli } from '../testing/test-cli.ts'

let shop: CliShop
let cli: TestCli
beforeAll(async () => {
  shop = await openCliShop()
  cli = shop.adminCli
})
afterAll(() => shop[Symbol.asyncDispose]())

const find = (number: number) => shop.admin.client.books.get.query({ isbn: isbnOf(number) })
const run = async (name: string, content: string | Uint8Array, ...args: string[]) =>
  cli.prebook(['books', 'import', await cli.write(name, content), ...args])

describe('a file of another program', () => {
  test('goes in, and what is not used or above the header is named', async () => {
    const { code, stdout, stderr } = await run(
      'woo.csv',
      'Product export,,,,,\nPrinted 2026-11-02,,,,,\n' +
        '"GTIN, UPC, EAN, or ISBN",Name,"In stock?",Stock,"Regular price",Brands\n' +
        `${isbnOf(1)},The Long Wait,1,4,12.5000,Ann Example\n`,
    )
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '1 row: 1 created, 0 updated, 0 unchanged, 0 invalid.\n',
    })
    expect(stderr.split('\n')).toEqual([
      'Above the header, not read: line 1 (Product export), line 2 (Printed 2026-11-02).',
      'The column “Brands” is read as the author. Use --map to choose another one.',
      'Not used: In stock?.',
      '',
    ])
    expect(await find(1)).toMatchObject({ author: 'Ann Example', priceCents: 1250, stockQuantity: 4 })
  })

  test('in another encoding is read, and the encoding is named', async () => {
    const content = `title;author;isbn;price\nDie Häuser am Fluß;Jörg Beispiel;${isbnOf(2)};19,99\n`
    const { code, stderr } = await run('latin.csv', Buffer.from(content, 'latin1'))
    expect(code).toBe(0)
    expect(stderr).toContain('Read as windows-1252, semicolons.')
    expect(await find(2)).toMatchObject({ title: 'Die Häuser am Fluß', priceCents: 1999 })
  })

  test('without a price updates what else it has of known books; new ones need --price', async () => {
    await run('known.csv', `title,author,isbn,price\nA,B,${isbnOf(3)},5\n`)
    const feed = `title,author,isbn\nA2,B,${isbnOf(3)}\nNew,B,${isbnOf(4)}\n`
    const first = await run('feed.csv', feed)
    expect(first).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 updated, 0 unchanged, 1 invalid'),
    })
    expect(first.stderr).toContain('Line 3: price: Required, because this is a new book.')
    expect(await find(3)).toMatchObject({ title: 'A2', priceCents: 500 })
    expect(await run('feed.csv', feed, '--price', '9.99')).toMatchObject({ code: 0 })
    expect(await find(4)).toMatchObject({ priceCents: 999 })
  })
})

describe('choosing columns', () => {
  const list = `Title,Author,ISBN,Price,RRP inc VAT,Notes\nA,B,${isbnOf(11)},5,9.50,x\n`

  test('without a terminal, the likeliest is read and named', async () => {
    const { stderr } = await run('choice.csv', list, '--dry-run')
    expect(stderr).toContain('The column “Price” is read as the price, not “RRP inc VAT”.')
    expect(stderr).toContain('Not used: RRP inc VAT, Notes.')
  })

  test('--map chooses another, a profile keeps it, and --strict refuses what is not used', async () => {
    const saved = await run('choice.csv', list, '--map', 'price=RRP inc VAT', '--save-profile', 'list')
    expect(saved).toMatchObject({ code: 0 })
    expect(await find(11)).toMatchObject({ priceCents: 950 })
    const again = await run('choice.csv', list, '--profile', 'list')
    expect(again.stdout).toContain('1 unchanged')
    const profiles = join(dirname(cli.credentialsFile), 'import-profiles.json')
    expect(JSON.parse(await readFile(profiles, 'utf8'))).toEqual({
      version: 1,
      profiles: { list: { map: { price: 'RRP inc VAT' } } },
    })
    const strict = await run('choice.csv', list, '--profile', 'list', '--strict')
    expect(strict).toMatchObject({ code: 2, stdout: '' })
    expect(strict.stderr).toContain('Columns that are not used: Price, Notes.')
    const unknown = await run('choice.csv', list, '--profile', 'other')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('Saved: list') })
    expect(await run('choice.csv', list, '--map', 'cost=Price')).toMatchObject({ code: 2, stdout: '' })
  })

  test.skipIf(!hasTerminal)(`on a terminal, the command asks${terminalNote}`, async () => {
    const file = await cli.write('asked.csv', list.replace(isbnOf(11), isbnOf(12)))
    await using terminal = openTerminal(cli, ['books', 'import', file])
    await terminal.waitFor('Which column is the price?')
    terminal.type('\u001b[B\r')
    await terminal.waitFor('1 created')
    expect(await terminal.ended).toBe(0)
    expect(await find(12)).toMatchObject({ priceCents: 950 })
  })
})

describe('the report', () => {
  const damaged =
    'title,author,isbn,price\n' +
    `GarcÃ­a,B,${isbnOf(21)} (pbk.),5\nC,B,N/A,5\nD,B,${isbnOf(21)},5\n=E,B,12345,5\n`

  test('lists repairs and refused rows with their lines, next to the file and over no other', async () => {
    const first = await run('damaged.csv', damaged)
    expect(first).toMatchObject({
      code: 1,
      stdout: '4 rows: 1 created, 0 updated, 0 unchanged, 3 invalid. 1 row repaired.\n',
    })
    expect(first.stderr).toContain('Line 4: contradicts line 2: one ISBN, two titles.')
    expect(first.stderr).toMatch(/listed in .*damaged\.report\.csv/)
    const folder = dirname(await cli.write('x', ''))
    const report = await readFile(join(folder, 'damaged.report.csv'), 'utf8')
    expect(report.split('\r\n')).toEqual([
      '\uFEFFline,what,column,from,to,reason',
      `2,repaired,isbn,${isbnOf(21)} (pbk.),${isbnOf(21)},the text after the ISBN was cut off`,
      '2,repaired,title,GarcÃ­a,García,the text had been read in the wrong encoding',
      '3,refused,isbn,,,"“N/A” is a placeholder, not an ISBN."',
      '4,refused,,,,"contradicts line 2: one ISBN, two titles."',
      expect.stringContaining('5,refused,isbn,,,"“12345” is not an ISBN.'),
      '',
    ])
    await run('damaged.csv', damaged, '--placeholders', 'as-none')
    expect((await readdir(folder)).filter((name) => name.startsWith('damaged.report'))).toEqual([
      'damaged.report-2.csv',
      'damaged.report.csv',
    ])
    expect(await readFile(join(folder, 'damaged.report-2.csv'), 'utf8')).toContain(
      '3,left out,,,,It has no ISBN.',
    )
  })

  test('goes where --report says, unless a file is there', async () => {
    const taken = await cli.write('taken.csv', 'mine')
    const refused = await run('damaged-2.csv', damaged, '--report', taken)
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('exists already') })
    expect(await readFile(taken, 'utf8')).toBe('mine')
  })

  test('has no repairs with --repair none: such rows are refused', async () => {
    const { code, stdout } = await run('damaged-3.csv', damaged, '--repair', 'none', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ repaired: 0, invalid: 3, unchanged: 0, created: 0 })
  })

  test('that cannot be written where --report says ends the command', async () => {
    const { code, stderr } = await run('damaged-4.csv', damaged, '--report', '/nowhere/report.csv')
    expect(code).toBe(2)
    expect(stderr).toContain('/nowhere/report.csv cannot be written')
  })
})
