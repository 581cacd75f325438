import { createClient } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isbnOf } from '../testing/isbn.ts'
import { startProxy } from '../testing/faulty-proxy.ts'
import { errorResponse } from '../testing/error-response.ts'
import { createTestCli, type TestCli, type RunningCommand } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
let cli: TestCli
beforeAll(async () => {
  shop = await openCliShop()
  cli = shop.adminCli
})
afterAll(() => shop[Symbol.asyncDispose]())

const heading = 'title,author,isbn,price\n'

/** Rows of consecutively numbered books, starting at `first`. */
const rows = (first: number, count: number) =>
  Array.from(
    { length: count },
    (_, index) => `Book ${first + index},An author,${isbnOf(first + index)},9.99\n`,
  )

const find = (number: number) => shop.admin.client.books.get.query({ isbn: isbnOf(number) })

describe('prebook books import', () => {
  test('reads spreadsheet exports, updates existing books and leaves their stock unchanged', async () => {
    const file = await cli.write(
      'spreadsheet.csv',
      '\uFEFFISBN;Title;"Author";List Price;Description;Copies\r\n' +
        `${isbnOf(1)};"Dune; ""the"" book";Herbert, Frank;10,50;"One\r\ntwo";3\r\n` +
        `${isbnOf(2)};Märchen 百年;X;7;;\r\n` +
        ';;;;;\r\n',
    )
    const first = await cli.prebook(['books', 'import', file])
    expect(first).toEqual({
      code: 0,
      stdout: '2 rows: 2 created, 0 updated, 0 unchanged, 0 invalid.\n',
      stderr: '',
    })
    expect(await find(1)).toMatchObject({
      title: 'Dune; "the" book',
      author: 'Herbert, Frank',
      priceCents: 1050,
      description: 'One\ntwo',
      stockQuantity: 3,
    })
    expect(await find(2)).toMatchObject({ title: 'Märchen 百年', priceCents: 700, description: null })

    const input = `title\tisbn\tprice\tauthor\tstock\nDune\t${isbnOf(1)}\t11\tFrank\t9\nMärchen 百年\t${isbnOf(2)}\t7\tX\t\n`
    const again = await cli.prebook(['books', 'import', '-'], { input })
    expect(again.stdout).toBe(
      '2 rows: 0 created, 1 updated, 1 unchanged, 0 invalid. 1 known book kept another stock than the file has. Use prebook stock import to set it.\n',
    )
    expect(await find(1)).toMatchObject({ title: 'Dune', description: 'One\ntwo', stockQuantity: 3 })
  })

  test('reports the line and problem of each invalid row, and imports the others', async () => {
    const input = [
      'title,author,isbn,price,description',
      `valid,X,${isbnOf(11)},9.99,"of two\nlines"`,
      'lost zeros,X,441013597,9.99,',
      `,X,12,"9,9999",`,
      `no check,X,9780441013594,9.99,`,
      `too many,X,${isbnOf(13)},9.99,1,oops`,
      `"steers\u001b[2J",X,${isbnOf(14)},9.99,`,
      `,X,${isbnOf(15)},1,`,
    ].join('\n')
    const run = await cli.prebook(['books', 'import', '-'], { input })
    expect(run).toMatchObject({
      code: 1,
      stdout: '7 rows: 2 created, 0 updated, 0 unchanged, 5 invalid. 1 row repaired.\n',
    })
    const lines = run.stderr.split('\n')
    expect(lines[0]).toMatch(/^Line 5: isbn: “12” is not an ISBN.* price: “9,9999”: Use the form 19\.99/)
    expect(lines[1]).toMatch(/^Line 6: isbn: “9780441013594” is not a valid ISBN: its check digit is wrong/)
    expect(lines[2]).toMatch(/^Line 7: Found 6 values for 5 columns/)
    expect(lines[3]).toMatch(/^Line 8: title: Must be plain text/)
    expect(lines[4]).toMatch(/^Line 9: title: Required, because this is a new book/)
    expect(lines[5]).toBe('error: 5 rows could not be imported.')
    expect(run.stderr).not.toContain('\u001b')
  })

  test('--json prints one value that includes the invalid rows', async () => {
    const input = `${heading}A,X,${isbnOf(21)},9.99\nB,X,123,x\nC,X,${isbnOf(22)},0\n`
    const run = await cli.prebook(['books', 'import', '-', '--json'], { input })
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toEqual({
      invalidRows: [
        {
          line: 3,
          issues: [
            { column: 'isbn', message: expect.stringContaining('is not an ISBN') },
            { column: 'price', message: '“x” is not a price.' },
          ],
        },
        { line: 4, issues: [{ column: 'price', message: 'Must be more than 0.' }] },
      ],
      rows: 3,
      created: 1,
      updated: 0,
      unchanged: 0,
      invalid: 2,
      withdrawn: 0,
      cancelled: 0,
      repaired: 0,
      leftOut: 0,
      stockKept: 0,
      report: null,
      dryRun: false,
      complete: true,
    })
    const good = await cli.prebook(['books', 'import', '-', '--json'], { input: heading })
    expect(good).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(good.stdout)).toMatchObject({ invalidRows: [], rows: 0, complete: true })
  })

  test('--dry-run reports the results without changing anything', async () => {
    const input = heading + rows(31, 2).join('') + 'bad,X,1,x\n'
    const run = await cli.prebook(['books', 'import', '-', '--dry-run'], { input })
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('3 rows: 2 created, 0 updated, 0 unchanged, 1 invalid.')
    expect(run.stdout).toContain('nothing was changed')
    await expect(find(31)).rejects.toThrow('Book not found.')
  })

  describe('of titles that will not come', () => {
    const withAvailability = 'title,author,isbn,price,availability,successor\n'

    /** A file that withdraws a title for which `waiting` readers wait. */
    async function withdrawalOf(number: number, waiting: number) {
      await shop.admin.client.books.import.mutate({
        rows: [{ title: 'A', author: 'X', priceCents: 999, isbn: isbnOf(number) }],
      })
      const { id: bookId } = await find(number)
      for (let reader = 0; reader < waiting; reader += 1)
        await (await shop.createReader()).client.prebooks.create.mutate({ bookId })
      const content =
        `${withAvailability}A,X,${isbnOf(number)},9.99,51,${isbnOf(number + 1)}\n` +
        `B,X,${isbnOf(number + 1)},9.99,,\n`
      return { content, file: await cli.write(`withdrawal-${number}.csv`, content) }
    }

    test('--yes withdraws them and says how many readers that tells', async () => {
      const { file } = await withdrawalOf(60, 2)
      const dry = await cli.prebook(['books', 'import', file, '--dry-run'])
      expect(dry.stdout).toBe(
        '2 rows: 1 created, 1 updated, 0 unchanged, 0 invalid. 1 title withdrawn, 2 readers told. Dry run: nothing was changed.\n',
      )
      expect(await find(60)).toMatchObject({ withdrawnAt: null })
      const run = await cli.prebook(['books', 'import', file, '--yes'])
      expect(run).toMatchObject({ code: 0, stderr: '' })
      expect(run.stdout).toContain('1 title withdrawn, 2 readers told.')
      const { id: successorId } = await find(61)
      expect(await find(60)).toMatchObject({ withdrawnAt: expect.any(String) as string, successorId })
    })

    test.each([['a file'], ['standard input']])(
      'without a terminal and --yes, %s changes nothing',
      async (from) => {
        const number = from === 'a file' ? 62 : 64
        const { file, content } = await withdrawalOf(number, 1)
        const run =
          from === 'a file'
            ? await cli.prebook(['books', 'import', file])
            : await cli.prebook(['books', 'import', '-'], { input: content })
        expect(run).toMatchObject({ code: 2, stdout: '' })
        expect(run.stderr).toContain('Cannot ask for confirmation')
        expect(run.stderr).toContain('Add --yes')
        expect(await find(number)).toMatchObject({ withdrawnAt: null })
      },
    )

    test('needs no confirmation when no reader waits for them', async () => {
      const { file } = await withdrawalOf(66, 0)
      const run = await cli.prebook(['books', 'import', file])
      expect(run).toMatchObject({ code: 0, stderr: '' })
      expect(run.stdout).toContain('1 title withdrawn, 0 readers told.')
    })
  })

  test('imports thousands of rows and reports each invalid one', async () => {
    const lines = rows(10_000, 10_000)
    const bad = Array.from({ length: 30 }, (_, index) => 17 + index * 333)
    for (const [index, at] of bad.entries()) {
      lines[at] =
        [
          `B,X,${isbnOf(20_000 + at).slice(0, 12)},9.99\n`,
          `B,X,${isbnOf(at)},-1\n`,
          `,X,${isbnOf(at + 50_000)},1\n`,
        ][index % 3] ?? ''
    }
    const file = await cli.write('large.csv', heading + lines.join(''))
    const run = await cli.prebook(['books', 'import', file])
    expect(run).toMatchObject({
      code: 1,
      stdout: '10000 rows: 9970 created, 0 updated, 0 unchanged, 30 invalid.\n',
    })
    const reported = run.stderr.split('\n').flatMap((line) => /^Line (\d+):/.exec(line)?.[1] ?? [])
    expect(reported.map(Number)).toEqual(bad.map((at) => at + 2))
    expect(await find(19_999)).toMatchObject({ title: 'Book 19999' })
  })
})

describe('an import that ends early', () => {
  /** Runs an import through a proxy that acts before the given call. */
  async function runInterrupted(
    content: string,
    call: number,
    act: (running: RunningCommand) => unknown,
    env = {},
  ) {
    const file = await cli.write('cut-short.csv', content)
    let calls = 0
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path === 'books.import' && ++calls === call) await act(running)
      },
    })
    const running = cli.start(['books', 'import', file, '--url', proxy.url], { env })
    return await running.ended
  }

  test('after Ctrl-C finishes the current request, reports its progress and can be run again', async () => {
    const content = heading + rows(30_000, 700).join('')
    const cut = await runInterrupted(content, 2, (running) => running.kill('SIGINT'))
    expect(cut.code).toBe(130)
    const imported = Number(/^(\d+) rows/.exec(cut.stdout)?.[1])
    expect(imported).toBeGreaterThanOrEqual(256)
    expect(imported).toBeLessThan(700)
    expect(cut.stderr).toContain('Press Ctrl-C again to stop immediately.')
    expect(cut.stderr).toContain(`All rows up to line ${imported + 1} were imported.`)
    expect(cut.stderr).toContain('It is safe to run the same command again')

    const file = await cli.write('again.csv', content)
    const again = await cli.prebook(['books', 'import', file])
    expect(again).toMatchObject({
      code: 0,
      stdout: `700 rows: ${700 - imported} created, 0 updated, ${imported} unchanged, 0 invalid.\n`,
    })
  })

  test('after the session ends reports the error and its progress', async () => {
    const { email, password } = shop.admin
    const { token } = await createClient({ url: shop.api.url }).auth.login.mutate({ email, password })
    const session = createClient({ url: shop.api.url, token })
    const env = { PREBOOK_TOKEN: String(token) }
    const content = heading + rows(31_000, 300).join('')
    const cut = await runInterrupted(content, 2, () => session.auth.logout.mutate(), env)
    expect(cut).toMatchObject({
      code: 3,
      stdout: '256 rows: 256 created, 0 updated, 0 unchanged, 0 invalid.\n',
    })
    expect(cut.stderr).toContain('All rows up to line 257 were imported.')
    expect(cut.stderr).toContain('error: Sign in to continue.')
  })

  test('at an unclosed quote has imported the rows before it', async () => {
    const content = `${heading}${rows(32_000, 300).join('')}"open,X,${isbnOf(1)},9.99\n`
    const cut = await cli.prebook(['books', 'import', '-'], { input: content })
    expect(cut.code).toBe(2)
    expect(cut.stdout).toMatch(/^256 rows: 256 created/)
    expect(cut.stderr).toContain('All rows up to line 257 were imported.')
    expect(cut.stderr).toContain('The row after line 301 contains a quote that is not closed.')
  })

  test('without a response retries once, then reports the lines with an unknown outcome', async () => {
    const file = await cli.write('lost.csv', heading + rows(33_000, 3).join(''))
    let lost = 0
    let most = 1
    await using proxy = await startProxy(shop.api.url, {
      dropsResponse: (path) => path === 'books.import' && lost++ < most,
    })
    const args = ['books', 'import', file, '--url', proxy.url]
    const once = await cli.prebook(args)
    expect(once.code).toBe(0)
    expect(once.stderr).toContain('Retrying once; nothing is applied twice')
    expect(once.stdout).toBe('3 rows: 0 created, 0 updated, 3 unchanged, 0 invalid.\n')

    most = Infinity
    const twice = await cli.prebook(args)
    expect(twice).toMatchObject({ code: 7, stdout: '' })
    expect(twice.stderr).toContain('It is unknown whether lines 2 to 4 were.')
  })

  test('with a busy store waits and retries, up to a limit', async () => {
    let busy = 0
    let most = 2
    await using proxy = await startProxy(shop.api.url, {
      respond: (path) =>
        path === 'books.import' && busy++ < most ? errorResponse('STORE_BUSY', 'The store is busy.') : null,
    })
    const args = ['books', 'import', '-', '--url', proxy.url]
    const input = heading + rows(34_000, 3).join('')
    const patient = await cli.prebook(args, { input })
    expect(patient).toMatchObject({ code: 0, stdout: expect.stringContaining('3 created') })
    expect(patient.stderr).toContain('The server is busy')

    most = Infinity
    expect(await cli.prebook(args, { input })).toMatchObject({ code: 1, stdout: '' })
    expect(busy).toBeLessThan(20)
  })
})

describe('nothing is imported', () => {
  test.each([
    ['title,author,price\nA,B,1\n', 'Missing columns: isbn or isbn13.'],
    ['title,author,ti\u001b[2Jtel\nA,B,C\n', 'Missing columns: isbn or isbn13.'],
    ['', 'The file is empty'],
    ['title,author,isbn,price\nZa\u00bf\u00f3\u00b3\u00e6', 'The encoding of the file is not certain'],
  ])('from %j', async (content, sentence) => {
    const file = await cli.write('wrong.csv', Buffer.from(content, 'latin1'))
    // No server listens here, so that sending anything would lead to another exit code.
    const env = { PREBOOK_URL: 'http://127.0.0.1:1' }
    const run = await cli.prebook(['books', 'import', file], { env })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(sentence)
    expect(run.stderr).not.toContain('\u001b')
  })

  test('from a missing file, on an unreachable server, or without permission', async () => {
    expect(await cli.prebook(['books', 'import', 'nowhere.csv'])).toMatchObject({ code: 2, stdout: '' })
    const input = heading + rows(35_000, 1).join('')
    const unreachable = ['books', 'import', '-', '--url', 'http://127.0.0.1:1']
    expect(await cli.prebook(unreachable, { input })).toMatchObject({ code: 7, stdout: '' })
    await using signedOut = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect(await signedOut.prebook(['books', 'import', '-'], { input })).toMatchObject({
      code: 3,
      stdout: '',
    })
    const { token } = await shop.createReader()
    const asReader = { input, env: { PREBOOK_TOKEN: token } }
    expect(await signedOut.prebook(['books', 'import', '-'], asReader)).toMatchObject({ code: 4, stdout: '' })
    await expect(find(35_000)).rejects.toThrow('Book not found.')
  })
})
