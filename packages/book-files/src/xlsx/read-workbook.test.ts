import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import writeExcelFile from 'write-excel-file/node'
import { describe, expect, test } from 'vitest'
import { problemIn } from '../file-row.ts'
import { readTable } from '../read-table.ts'
import { shipmentColumns } from '../stock/shipment-columns.ts'
import { inChunks, readAll } from '../testing/sources.ts'
import { pack, workbookFiles, type WrittenSheet } from '../testing/workbook.ts'

type Parts = NonNullable<Parameters<typeof workbookFiles>[1]>

const workbook = async (rows: string, parts: Parts = {}) =>
  pack(workbookFiles([{ name: 'Stock', rows }], parts))

const read = async (rows: string, parts: Parts = {}) => (await readAll(await workbook(rows, parts))).rows

/** A row with numbers in the formats of the codes. */
async function shown(numbers: [number: string, code: string][], properties = ''): Promise<string[]> {
  const formats = numbers.map(
    ([, code], n) => `<numFmt numFmtId="${200 + n}" formatCode="${code.replaceAll('"', '&quot;')}"/>`,
  )
  const styles = numbers.map((_, n) => `<xf numFmtId="${200 + n}"/>`)
  const cells = numbers.map(([number], n) => `<c s="${n}"><v>${number}</v></c>`)
  const [row] = await read(`<row>${cells.join('')}</row>`, {
    properties,
    styles: `<numFmts>${formats.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${styles.join('')}</cellXfs>`,
  })
  return row?.cells ?? []
}

describe('cells of a workbook', () => {
  test('are text, in every way in which programs store it', async () => {
    const rows = await read(
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c></row>' +
        '<row r="2"><c r="A2" t="str"><f>A1&amp;"x"</f><v>a &amp; b</v></c><c r="C2" t="b"><v>1</v></c><c r="D2" t="d"><v>2027-03-12T00:00:00</v></c></row>',
      {
        strings: [
          '<t xml:space="preserve"> Dune </t>',
          '<r><rPr><b/></rPr><t>Die H</t></r><r><t>äuser_x000D_</t></r><rPh sb="0" eb="1"><t>ダイ</t></rPh>',
        ],
      },
    )
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['Dune', 'Die Häuser', 'inline'],
      ['a & b', '', 'TRUE', '2027-03-12'],
    ])
  })

  test('are numbers without an exponent or noise', async () => {
    const [row] = await read(
      '<row><c><v>9.780441013593E12</v></c><c><v>19.989999999999998</v></c><c><v>5</v></c><c><f>1/3</f><v>0.33333333333333331</v></c><c t="n"/><c><v>-2</v></c></row>',
    )
    expect(row?.cells).toEqual(['9780441013593', '19.99', '5', '0.333333333333333', '', '-2'])
  })

  test('are dates as their format shows them, in one form', async () => {
    expect(
      await shown([
        ['46458', 'dd/mm/yyyy'],
        ['46458', '[$-407]d. mmmm yyyy;@'],
        ['46458', 'mmm yyyy'],
        ['46458', 'yyyy'],
        ['46458.604166666664', 'yyyy-mm-dd hh:mm'],
        ['0.5', 'hh:mm'],
        ['59', 'yyyy-mm-dd'],
        ['46458', 'General'],
      ]),
    ).toEqual([
      '2027-03-12',
      '2027-03-12',
      '2027-03',
      '2027',
      '2027-03-12 14:30:00',
      '12:00:00',
      '1900-02-28',
      '46458',
    ])
    expect(await shown([['44996', 'yyyy-mm-dd']], '<workbookPr date1904="1"/>')).toEqual(['2027-03-12'])
  })

  test('keep the zeros, currency and percent sign that they show', async () => {
    expect(
      await shown([
        ['441013597', '0000000000'],
        ['441013597', '0\\-000\\-00000\\-0'],
        ['9780441013593', '0'],
        ['19.99', '[$€-407]#,##0.00'],
        ['19.99', '"$"#,##0.00_);[Red]("$"#,##0.00)'],
        ['-19.99', '#,##0.00\\ [$GBP]'],
        ['0.07', '0%'],
        ['5', '0 "PCS"'],
        ['1234.5', '#,##0.00'],
      ]),
    ).toEqual([
      '0441013597',
      '0-441-01359-7',
      '9780441013593',
      '€19.99',
      '$19.99',
      '-GBP 19.99',
      '7%',
      '5',
      '1234.5',
    ])
  })

  test('with an error are named', async () => {
    const rows = await read(
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="B2" t="e"><f>VLOOKUP(A2,X,1)</f><v>#N/A</v></c></row>',
    )
    expect(rows).toMatchObject([
      { brokenCells: new Map() },
      { line: 2, brokenCells: new Map([[1, 'The cell B2 has the error #N/A.']]), cells: ['2', '#N/A'] },
    ])
  })
})

describe('rows of a table in a workbook', () => {
  test('have a problem where a cell of a column that is used has an error', async () => {
    const text = (column: string, value: string) => `<c r="${column}" t="str"><v>${value}</v></c>`
    const error = (column: string) => `<c r="${column}" t="e"><v>#REF!</v></c>`
    const content = await workbook(
      `<row>${text('A1', 'ISBN')}${text('B1', 'Copies')}${text('C1', 'Margin')}</row>` +
        `<row>${text('A2', 'a')}${text('B2', '1')}${error('C2')}</row>` +
        `<row>${text('A3', 'b')}${error('B3')}${error('C3')}</row>`,
    )
    const table = await readTable(inChunks(content), content.length, shipmentColumns)
    const rows = []
    for await (const { values, problem } of table.rows) rows.push([values.isbn, problem])
    expect(rows).toEqual([
      ['a', null],
      ['b', 'The cell B3 has the error #REF!.'],
    ])
  })
})

describe('rows of a workbook', () => {
  test('have a problem where a formula was never computed', async () => {
    const rows = await read(
      '<row r="1"><c r="A1"><f>1+1</f></c></row><row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><v>1</v></c></row>',
    )
    expect(rows.map((row) => [row.line, row.cells, problemIn(row)?.slice(0, 51)])).toEqual([
      [1, [], 'The cell A1 has a formula without its result. Open '],
      [2, ['', '1'], undefined],
    ])
  })

  test('have the numbers of the sheet, across empty and missing rows', async () => {
    const rows = await read(
      '<row r="2"><c r="B2"><v>1</v></c></row><row r="3"/><row r="4"><c r="A4" s="0"/></row><row r="9"><c r="A9"><v>2</v></c></row><row><c><v>3</v></c></row>',
    )
    expect(rows.map(({ line, lastLine, cells }) => [line, lastLine, cells])).toEqual([
      [2, 2, ['', '1']],
      [9, 9, ['2']],
      [10, 10, ['3']],
    ])
  })

  test('have the value of merged cells in the first of them', async () => {
    const sheet =
      '<?xml version="1.0"?><x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"/></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells><controls><anchor><from><xdr:row>5</xdr:row></from></anchor></controls></x:worksheet>'
    expect((await read(sheet)).map(({ cells }) => cells)).toEqual([['1']])
  })

  test('are those of the first visible sheet that has some. The others are named', async () => {
    const row = (value: number) => `<row><c><v>${value}</v></c></row>`
    const sheets: WrittenSheet[] = [
      { name: 'Cover', rows: '<row r="1"/>' },
      { name: 'Old', rows: row(1), state: 'hidden' },
      { name: 'Stock &amp; more', rows: row(2) },
      { name: 'Returns', rows: row(3) },
    ]
    const { format, rows } = await readAll(await pack(workbookFiles(sheets)))
    expect(format).toEqual({ kind: 'xlsx', sheet: 'Stock & more', otherSheets: ['Returns'] })
    expect(rows.map(({ cells }) => cells)).toEqual([['2']])
  })

  test('are read from a file that another program wrote', async () => {
    const date = new Date(Date.UTC(2027, 2, 12))
    const written = writeExcelFile([
      [{ value: 'isbn' }, { value: 'title' }, { value: 'expected' }],
      [
        { value: 9780441013593 },
        { value: 'Dune & <more>' },
        { value: date, type: Date, format: 'yyyy-mm-dd' },
      ],
    ])
    const { rows } = await readAll(new Uint8Array(await written.toBuffer()), { chunk: 7 })
    expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
      [1, ['isbn', 'title', 'expected']],
      [2, ['9780441013593', 'Dune & <more>', '2027-03-12']],
    ])
  })

  test('are unpacked on demand, in less memory than all of them take', async () => {
    const row = '<row><c t="inlineStr"><is><t>A title that is the same in each row</t></is></c></row>'
    const bytes = await workbook(row.repeat(200_000))
    const worker = new Worker(new URL('../testing/count-rows.ts', import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: 24 },
    })
    const [answer] = await once(worker, 'message')
    expect(answer).toEqual({ count: 200_000, read: expect.any(Number) })
    expect(answer.read / bytes.length).toBeCloseTo(1, 1)
  })
})

describe('a file that is no sound workbook is refused', () => {
  const cell = '<row><c><v>1</v></c></row>'
  const damaged = async (change: (bytes: Uint8Array) => Uint8Array) =>
    change(await workbook(cell.repeat(1_000)))
  const utf16 = (text: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1_016), Buffer.from(text, 'utf16le')])

  test.each([
    ['cut off', () => damaged((bytes) => bytes.slice(0, -100)), 'The workbook is damaged.'],
    [
      'with other bytes',
      () => damaged((bytes) => bytes.map((byte, at) => (at > 900 && at < 1_100 ? 0 : byte))),
      'The workbook is damaged.',
    ],
    ['with XML that is not well-formed', () => workbook('<row><c></row>'), 'The workbook is damaged.'],
    [
      'with a text that it lacks',
      () => workbook('<row><c t="s"><v>7</v></c></row>'),
      'The workbook is damaged.',
    ],
    ['without a part', () => pack({ '_rels/.rels': '<Relationships/>' }), 'The workbook is damaged.'],
    ['without rows', () => workbook(''), 'The workbook has no rows.'],
    ['a ZIP archive', () => pack({ 'list.csv': 'isbn' }), 'The file is a ZIP archive'],
    ['OpenDocument', () => pack({ mimetype: 'x', 'content.xml': '<x/>' }), 'OpenDocument file (.ods)'],
    ['a binary workbook', () => pack({ '_rels/.rels': '', 'xl/workbook.bin': 'x' }), '(.xlsb)'],
    [
      'with a password in the archive',
      () => pack(workbookFiles([{ rows: cell }]), { password: 'x' }),
      'has a password',
    ],
    ['with a password of Excel', async () => utf16('EncryptedPackage'), 'The workbook has a password.'],
    ['an old workbook', async () => utf16('Workbook'), 'an old Excel file (.xls)'],
    ['a web page named .xls', async () => Buffer.from('\n<html><table><tr><td>isbn'), 'a web page or XML'],
    ['a PDF', async () => Buffer.from('%PDF-1.7 …'), 'The file is a PDF.'],
    [
      'a part that unpacks to a large size',
      () =>
        pack({
          ...workbookFiles([{ rows: cell }], { strings: ['x'] }),
          'xl/styles.xml': ' '.repeat(40_000_000),
        }),
      'The workbook is too large.',
    ],
    [
      'a text that unpacks to a large size',
      () => pack(workbookFiles([{ rows: cell }], { strings: [' '.repeat(4_000_000)] })),
      'The workbook is damaged.',
    ],
    [
      'a row that unpacks to a large size',
      () => workbook(`<row><c t="str"><v>${' '.repeat(4_000_000)}</v></c></row>`),
      'The workbook is damaged.',
    ],
  ])('%s', async (_name, make, message) => {
    const error: unknown = await readAll(await make()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      name: 'FileError',
      message: expect.stringContaining(message),
      remedy: expect.stringMatching(/\w/),
    })
  })
})
