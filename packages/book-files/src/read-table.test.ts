import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { bookColumns, type BookColumn } from './books/book-columns.ts'
import { readTable, type TableRow } from './read-table.ts'
import { collect } from './testing/collect.ts'

const tableOf = (content: string) => {
  const bytes = Buffer.from(content)
  const source = async function* () {
    yield bytes
  }
  return readTable(source(), bytes.length, bookColumns)
}

async function read(content: string): Promise<TableRow<BookColumn>[]> {
  return collect((await tableOf(content)).rows)
}

const heading = 'title,author,isbn,price,description\n'

describe('reading a table', () => {
  test('maps values by column, in any order', async () => {
    const [row] = await read('price;ISBN;author;title\n9,99; 9780441013593 ;Frank Herbert;"Dune; again"\n')
    expect(row).toMatchObject({ line: 2, lastLine: 2, problem: null })
    expect(row?.values).toEqual({
      title: 'Dune; again',
      author: 'Frank Herbert',
      isbn: '9780441013593',
      price: '9,99',
      description: '',
      stock: '',
      expected: '',
      availability: '',
      successor: '',
      isbn13: '',
      handle: '',
    })
  })

  test('reports the lines that an editor shows, across empty lines and multi-line values', async () => {
    const rows = await read(
      '\r\n' +
        heading.replace('\n', '\r\n') +
        'A,x,1,2,"one\r\ntwo\r\n\r\nfour"\r\n,,,,\r\n\r\nB,x,1,2,\r\nC,x,1,2,"a\r\nb"',
    )
    expect(rows.map(({ values, line, lastLine }) => [values.title, line, lastLine])).toEqual([
      ['A', 3, 6],
      ['B', 9, 9],
      ['C', 10, 11],
    ])
    expect(rows[0]?.values.description).toBe('one\ntwo\n\nfour')
  })

  test('removes valid quotes, and rejects only the row with malformed ones', async () => {
    const rows = await read(
      `${heading}"He said ""hi""",x,1,2,\n"""Q"" it",x,1,2,\n5" disc,x,1,2,\n"He said "hi" to me",x,1,2,\n` +
        '"a"b,x,1,2,\n "last",x,1,2,\n',
    )
    expect(rows.map(({ line, values, problem }) => [line, values.title, problem === null])).toEqual([
      [2, 'He said "hi"', true],
      [3, '"Q" it', true],
      [4, '5" disc', true],
      [5, '"He said "hi" to me"', false],
      [6, '"a"b', false],
      [7, 'last', true],
    ])
    expect(rows[3]?.problem).toContain('double each quote')
  })

  test('reports a row with too many values, and accepts one with too few', async () => {
    const rows = await read(`${heading}Dune, again,x,1,2,d,e\nDune,x,1,2\nDune,x,1,2,d,,\n`)
    expect(rows.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('Found 7 values for 5 columns'),
      null,
      expect.stringContaining('Found 7 values for 5 columns'),
    ])
  })

  test('finds the header below other lines, and names them', async () => {
    const table = await tableOf(`Stock report,,,,\nPrinted 2026-11-02,,,,\n\n${heading}Dune,x,1,2,\n`)
    expect(table).toMatchObject({
      headerLine: 4,
      preamble: [
        { line: 1, text: 'Stock report' },
        { line: 2, text: 'Printed 2026-11-02' },
      ],
    })
    expect((await collect(table.rows)).map(({ line, values }) => [line, values.title])).toEqual([[5, 'Dune']])
  })

  test('says where it looked for the header', async () => {
    const content = `Stock report\n${'a,b,c\n'.repeat(5)}title,author\n${'a,b,c\n'.repeat(30)}`
    await expect(tableOf(content)).rejects.toMatchObject({
      message: expect.stringMatching(
        /Missing columns: isbn or isbn13\. Looked at lines 1 to 20; line 7 is the closest/,
      ),
      headers: ['title', 'author'],
    })
  })

  test('reads the columns that are chosen, and leaves out those that are not', async () => {
    const bytes = Buffer.from('Name,EAN,RRP inc VAT,Price,Notes\nDune,1,9,8,x\n')
    const source = async function* () {
      yield bytes
    }
    const choose = (map: object) => readTable(source(), bytes.length, bookColumns, { map })
    const table = await choose({ price: 'rrp inc vat', description: null })
    expect((await collect(table.rows))[0]?.values).toMatchObject({ title: 'Dune', price: '9' })
    expect(table).toMatchObject({ unused: ['Price', 'Notes'], choices: [] })
    expect(await choose({})).toMatchObject({
      choices: [{ column: 'price', chosen: 'Price', others: ['RRP inc VAT'], isGuess: false }],
    })
    await expect(choose({ price: 'VK' })).rejects.toThrow('No column is called “VK”.')
  })

  test('reports with each row how much of the file has been read', async () => {
    const content = `${heading}Märchen,x,1,2,\nB,x,1,2,\n`
    const rows = await read(content)
    expect(rows.at(-1)?.bytes).toBe(Buffer.byteLength(content))
    expect((await tableOf(content)).bytes).toBe(Buffer.byteLength(content))
  })

  test('reads on demand, so that a file need not fit into memory', async () => {
    let pulled = 0
    let closed = false
    const endless = async function* () {
      try {
        yield Buffer.from(heading)
        for (;;) {
          pulled += 1
          yield Buffer.from('Title,Author,9780441013593,9.99,\n'.repeat(1_000))
        }
      } finally {
        closed = true
      }
    }
    const { rows } = await readTable(endless(), null, bookColumns)
    let count = 0
    for await (const _ of rows) {
      count += 1
      if (count === 50_000) break
    }
    expect(pulled).toBeLessThan(60)
    await vi.waitFor(() => expect(closed).toBe(true), WAIT)
  })
})

describe('an invalid file', () => {
  test.each([
    ['an empty file', '', 'The file is empty'],
    ['only blank lines', '\n\n \n', 'The file is empty'],
    ['a letter to a reader', 'Dear reader,\n', 'The columns of the file are not valid'],
    [
      'a quote that is never closed',
      `${heading}A,x,1,2,\n"B,x,1,2,\nC,x,1,2,\n`,
      'The row after line 2 contains a quote',
    ],
    ['an endless row', `${heading}A,x,1,2,\n"B${',x'.repeat(60_000)}`, 'after line 2 is longer than 100000'],
  ])('%s', async (_name, content, sentence) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'FileError',
      message: expect.stringContaining(sentence),
    })
  })
})
