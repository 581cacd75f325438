import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/faulty-proxy.ts'
import { isbnOf } from '../testing/isbn.ts'
import { createTestCli, type TestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
let cli: TestCli
beforeAll(async () => {
  shop = await openCliShop()
  cli = shop.adminCli
})
afterAll(() => shop[Symbol.asyncDispose]())

let books = 0
async function createBooks(count: number): Promise<RouterOutputs['books']['create'][]> {
  const created = []
  for (let number = 0; number < count; number += 1) {
    books += 1
    created.push(await shop.createBook({ title: `Title ${books}`, isbn: isbnOf(books) }))
  }
  return created
}

const stockOf = async (bookId: number) => (await shop.admin.client.books.get.query({ bookId })).stockQuantity
const batch = (input: string, ...args: string[]) => cli.prebook(['stock', 'batch', '-', ...args], { input })

describe('prebook stock batch', () => {
  test('applies the lines of a CSV file, by id or ISBN, set or adjusted', async () => {
    const [dune, solaris] = await createBooks(2)
    if (dune === undefined || solaris === undefined) throw new Error('no books')
    const reader = await shop.createReader()
    await reader.client.prebooks.create.mutate({ bookId: dune.id })
    const file = await cli.write(
      'count.csv',
      `ISBN;ID;Qty;Change;Note\n${dune.isbn};;5;;Stocktaking\n;#${solaris.id};;3;\n;${dune.id};;-1;\n;${solaris.id};3;;\n`,
    )
    expect(await cli.prebook(['stock', 'batch', file])).toEqual({
      code: 0,
      stdout: '4 lines: 3 changed, 1 unchanged, 0 refused. 1 reader notified.\n',
      stderr: '',
    })
    expect([await stockOf(dune.id), await stockOf(solaris.id)]).toEqual([4, 3])
    const { items } = await shop.admin.client.stock.history.query({ bookId: dune.id })
    expect(items.at(-1)).toMatchObject({ note: 'Stocktaking' })
  })

  test.each([
    ['a list', (lines: object[]) => JSON.stringify(lines)],
    ['an object as the REST API takes it', (lines: object[]) => JSON.stringify({ lines })],
    ['one object a line', (lines: object[]) => lines.map((line) => JSON.stringify(line)).join('\n')],
  ])('reads JSON: %s', async (_form, write) => {
    const [book] = await createBooks(1)
    const id = Number(book?.id)
    const run = await batch(
      write([
        { book_id: id, delta: 2 },
        { isbn: book?.isbn, delta: 1 },
      ]),
    )
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(await stockOf(id)).toBe(3)
  })

  test('reports each refused line, applies the others, and applies no line twice when it is corrected', async () => {
    const [one, two] = await createBooks(2)
    if (one === undefined || two === undefined) throw new Error('no books')
    const head = 'id,isbn,delta\n'
    const good = [`${one.id},,2`, `${two.id},,1`, `${one.id},,1`]
    const bad = ['999999,,1', `,123,1`, `${two.id},,-9`, `${one.id},,some`]
    const run = await batch(head + [good[0], ...bad, good[1], good[2]].join('\n'), '--key', 'D1')
    expect(run).toMatchObject({
      code: 1,
      stdout: '7 lines: 3 changed, 0 unchanged, 4 refused. 0 readers notified.\n',
    })
    expect(run.stderr).toMatch(/^Line 3: Book not found\.\nLine 4: isbn: “123” is not an ISBN\./)
    expect(run.stderr).toContain('Line 5: Not enough copies in stock: cannot remove 9 from 0.')
    expect(run.stderr).toContain('Line 6: delta: Use a whole number')
    expect(run.stderr).toContain('error: 4 lines were refused.')
    expect(run.stderr).toContain('--key D1')

    const corrected = await batch(head + [good[0], good[1], good[2]].join('\n'), '--key', 'D1')
    expect(corrected).toMatchObject({ code: 0 })
    expect([await stockOf(one.id), await stockOf(two.id)]).toEqual([3, 1])
    const twice = await batch(head + [good[0], good[0], good[1]].join('\n'), '--key', 'D1')
    expect(twice).toMatchObject({ code: 0 })
    expect([await stockOf(one.id), await stockOf(two.id)]).toEqual([5, 1])
  })

  test('--json prints one value with an outcome for each line', async () => {
    const [book] = await createBooks(1)
    const run = await batch(`id,quantity\n${book?.id},4\n999999,1\nx,1\n`, '--json', '--key', 'J1')
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toEqual({
      lines: [
        expect.objectContaining({ line: 2, status: 'changed', bookId: book?.id, quantityAfter: 4 }),
        { line: 3, status: 'refused', code: 'BOOK_NOT_FOUND', message: 'Book not found.', field: 'bookId' },
        { line: 4, status: 'refused', message: expect.stringContaining('whole number') },
      ],
      changed: 1,
      unchanged: 0,
      refused: 2,
      notified: 0,
      key: 'J1',
      complete: true,
    })
  })

  test('sends a long file in parts, and counts each line once although responses are lost', async () => {
    const created = await createBooks(30)
    const lines = Array.from({ length: 1_200 }, (_, index) => `${created[index % 30]?.id},1`)
    let answered = 0
    const dropsResponse = () => (answered += 1) === 2
    await using proxy = await startProxy(shop.api.url, { dropsResponse })
    await using through = await createTestCli({ ...cli.env, PREBOOK_URL: proxy.url })
    const run = await through.prebook(['stock', 'batch', '-'], { input: `id,delta\n${lines.join('\n')}\n` })
    expect(run).toMatchObject({
      code: 0,
      stdout: '1200 lines: 1200 changed, 0 unchanged, 0 refused. 0 readers notified.\n',
      stderr: expect.stringContaining('nothing is applied twice'),
    })
    for (const { id } of created) expect(await stockOf(id)).toBe(40)
  })

  test('names the key to continue with when the server cannot be reached', async () => {
    const run = await cli.prebook(['stock', 'batch', '-'], {
      input: 'id,delta\n1,1\n',
      env: { PREBOOK_URL: 'http://127.0.0.1:9' },
    })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toMatch(/No line was applied\..* --key [0-9a-f-]{36}: no line is applied twice/)
  })

  test.each([
    ['', /empty/],
    ['id,price\n1,1\n', /Missing columns: quantity or delta/],
    ['[{"book_id": 1,]', /not valid JSON/],
    ['{"id": 1}\n{', /not valid JSON \(line 2\)/],
  ])('refuses the file %j before anything is sent', async (input, message) => {
    const run = await batch(input)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(message)
  })
})
