import { describe, expect, test } from 'vitest'
import { readTable } from '../read-table.ts'
import { collect } from '../testing/collect.ts'
import { bookColumns } from './book-columns.ts'
import { readBooks, type BooksOptions } from './read-books.ts'

const dune = '9780441013593'
const solaris = '9780156027601'

async function read(content: string, options: Partial<BooksOptions> = {}) {
  const bytes = Buffer.from(content)
  const source = async function* () {
    yield bytes
  }
  const table = await readTable(source(), bytes.length, bookColumns)
  return collect(readBooks(table, { currency: 'EUR', ...options }))
}

const reads = async (content: string, options: Partial<BooksOptions> = {}) =>
  (await read(content, options)).map((row) => row.read)

const heading = 'title,author,isbn,price,description,stock\n'

describe('the books of a file', () => {
  test('are API rows, without their empty values', async () => {
    expect(
      await reads(`${heading}Dune,Frank Herbert,0441013597,9.99,,\nSolaris,S. Lem,${solaris},,Sea.,0\n`),
    ).toEqual([
      { row: { title: 'Dune', author: 'Frank Herbert', isbn: dune, priceCents: 999 } },
      { row: { title: 'Solaris', author: 'S. Lem', isbn: solaris, description: 'Sea.', stockQuantity: 0 } },
    ])
  })

  test('are refused with every problem of their row', async () => {
    expect(
      await reads(
        `${heading}Du&#8203;ne,x,441013598,"9,999",,1e2\nA,b,${dune},1,,-1\nA,b,N/A,1,,5.0\nA,b,,1,,\n`,
      ),
    ).toMatchObject([
      { issues: [{ column: 'isbn' }, { column: 'price' }, { column: 'stock' }] },
      { issues: [{ column: 'stock', message: '“-1” is below 0. Use a whole number, 0 or more.' }] },
      { issues: [{ column: 'isbn', message: '“N/A” is a placeholder, not an ISBN.' }] },
      { issues: [{ column: 'isbn', message: 'Required. The ISBN identifies the book.' }] },
    ])
  })

  test('without an ISBN are left out on request', async () => {
    const rows = await reads(`${heading}A,b,0000000000,1,,\nA,b,="",1,,\nA,b,12345,1,,\n`, {
      placeholdersAsNone: true,
    })
    expect(rows).toMatchObject([
      { skipped: 'It has no ISBN.' },
      { skipped: 'It has no ISBN.' },
      { issues: [{ column: 'isbn' }] },
    ])
  })

  test('get a price and an author where the file has none', async () => {
    const rows = await reads(`title,isbn\nDune,${dune}\n`, { priceCents: 500, author: 'Various' })
    expect(rows).toEqual([{ row: { title: 'Dune', author: 'Various', isbn: dune, priceCents: 500 } }])
  })

  test('with an ISBN and an ISBN-13 are one book, unless they differ', async () => {
    const rows = await reads(
      `title,isbn,isbn13\nA,0441013597,${dune}\nB,,${solaris}\nC,080442957X,\nD,0441013597,${solaris}\nE,0441013597,0\n`,
    )
    expect(rows).toMatchObject([
      { row: { isbn: dune } },
      { row: { isbn: solaris } },
      { row: { isbn: '9780804429573' } },
      { issues: [{ column: 'isbn', message: `“0441013597” and “${solaris}” are two books.` }] },
      { issues: [{ column: null, message: 'contradicts line 2: one ISBN, two titles.' }] },
    ])
  })

  test('that contradict an earlier line are refused, and repeated ones are not', async () => {
    const rows = await reads(
      `${heading}Dune,x,${dune},9.99,,\nDune,x,0441013597,9.99,,\nDun,x,${dune},9.99,,\nDune,x,${dune},9.98,,\n`,
    )
    expect(rows).toMatchObject([
      { row: { title: 'Dune' } },
      { row: { title: 'Dune' } },
      { issues: [{ column: null, message: 'contradicts line 2: one ISBN, two titles.' }] },
      {
        issues: [{ column: null, message: 'contradicts line 2, which has the same ISBN and other values.' }],
      },
    ])
  })
})

describe('damaged cells', () => {
  const damaged =
    'Title,Author,ISBN,Body (HTML)\n' +
    'GarcÃ­a,MÃ¡rquez &amp; Sons,441013597,<p>A &lt;b&gt; story</p><p>Two&nbsp;parts</p>\n'

  test('are mended, each with its reason', async () => {
    const [first] = await reads(damaged)
    expect(first).toMatchObject({
      row: { title: 'García', author: 'Márquez & Sons', isbn: dune, description: 'A <b> story\n\nTwo parts' },
    })
    const repairs = first !== undefined && 'row' in first ? (first.repairs ?? []) : []
    expect(repairs.map(({ column, why }) => `${column}: ${why}`)).toEqual([
      'isbn: the lost zero was put back',
      'title: the text had been read in the wrong encoding',
      'author: the text had been read in the wrong encoding',
      'author: the entities of HTML were replaced',
      'description: the tags of HTML were taken out',
      'description: the entities of HTML were replaced',
    ])
  })

  test('are refused without repairs', async () => {
    const [first] = await reads(damaged, { repair: false })
    expect(first).toMatchObject({
      issues: ['isbn', 'title', 'author', 'description'].map((column) => ({ column })),
    })
  })

  test.each([
    'Café Society',
    'São Paulo',
    'AT&T',
    '“Ã” is a letter',
    'naïve Ã©tude café',
    'Fish & Chips',
    '1 < 2',
  ])('%s is sound', async (title) => {
    expect(await reads(`title,isbn\n${title},${dune}\n`, { repair: false })).toEqual([
      { row: { title, isbn: dune } },
    ])
  })

  test('the guard of an exported text is taken off', async () => {
    const rows = await reads(`title,isbn\n'=1+1,${dune}\n'68,${solaris}\n`)
    expect(rows).toMatchObject([{ row: { title: '=1+1' } }, { row: { title: "'68" } }])
  })
})

describe('the prices of a file', () => {
  const prices = (cells: string[], options: Partial<BooksOptions> = {}) => {
    const lines = cells.map((_, index) => `T${index}\tx\t97800000${String(index + 1).padStart(4, '0')}`)
    const withCheck = lines.map((line, index) => `${line}${check(line.slice(-12))}\t${cells[index]}`)
    return reads(`title\tauthor\tisbn\tprice\n${withCheck.join('\n')}\n`, options)
  }
  const check = (stem: string) =>
    (10 -
      (Array.from(stem, (digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 3)).reduce((a, b) => a + b, 0) %
        10)) %
    10
  const cents = async (...given: Parameters<typeof prices>) =>
    (await prices(...given)).map((each) => ('row' in each ? each.row.priceCents : null))

  test('of two meanings have the one that the others show', async () => {
    expect(await cents(['1.234', '19,99', '5'])).toEqual([123_400, 1999, 500])
    expect(await cents(['1,234', '19.99', '5'])).toEqual([123_400, 1999, 500])
    expect(await cents(['1.234', '5'])).toEqual([null, 500])
    expect(await cents(['1.234', '19,99', '19.99'])).toEqual([null, 1999, 1999])
    expect(await cents(['1.234', '5'], { decimal: ',' })).toEqual([123_400, 500])
  })

  test('below the sample do not contradict what was read', async () => {
    const many = Array.from({ length: 1_000 }, () => '9,99')
    const late = (await cents([...many, '1.234', '1.50', '19,99'])).slice(-3)
    expect(late).toEqual([123_400, null, 1999])
    expect((await cents([...many, '1.50', '1.234'])).slice(-2)).toEqual([150, null])
  })

  test('in another currency are refused, also when the header says it', async () => {
    expect(await prices(['$9.99'])).toMatchObject([
      { issues: [{ message: expect.stringContaining('“$” is not EUR') }] },
    ])
    const file = `title,isbn,Price (GBP)\nDune,${dune},9.99\n`
    await expect(reads(file)).rejects.toThrow('“Price (GBP)” is not in EUR')
    expect(await reads(file, { currency: 'GBP' })).toMatchObject([{ row: { priceCents: 999 } }])
  })
})

test('a product with several rows is one book for each ISBN', async () => {
  const rows = await reads(
    'Handle,Title,Vendor,Variant Price,Variant Barcode,Image Src\n' +
      `dune,Dune,Ace,9.99,${dune},a.jpg\ndune,,,,,b.jpg\ndune,,,12.99,${solaris},\nemma,,,5,9780141439587,\n`,
  )
  expect(rows).toMatchObject([
    { row: { title: 'Dune', isbn: dune, priceCents: 999 } },
    { skipped: expect.stringContaining('image or variant') },
    { row: { title: 'Dune', author: 'Ace', isbn: solaris, priceCents: 1299 } },
    { row: { isbn: '9780141439587', priceCents: 500 } },
  ])
  expect(rows[3]).not.toMatchObject({ row: { title: 'Dune' } })
})

test('rows before an error of the file are read', async () => {
  const seen: number[] = []
  const source = async function* () {
    yield Buffer.from(`title,isbn,description\nDune,${dune},${'x'.repeat(70_000)}\n`)
    throw new Error('The disk is gone.')
  }
  const table = await readTable(source(), null, bookColumns)
  const all = async () => {
    for await (const { at } of readBooks(table, { currency: 'EUR' })) seen.push(at.line)
  }
  await expect(all()).rejects.toThrow('The disk is gone.')
  expect(seen).toEqual([2])
})
