import { createClient, type RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lineNote } from '../shipment/line-key.ts'
import { isbnOf } from '../testing/isbn.ts'
import { startProxy, type ProxyFaults } from '../testing/faulty-proxy.ts'
import { errorResponse } from '../testing/error-response.ts'
import { createTestCli, type TestCli, type RunningCommand } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

type Report = {
  lines: { line: number; outcome: string; stockAfter: number | null; problem: string | null }[]
  copies: number
  notified: number
  complete: boolean
}

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

let shipments = 0
/** Writes a shipment file and returns the arguments that count it. */
async function shipment(...lines: string[]): Promise<string[]> {
  shipments += 1
  const file = await cli.write(`shipment${shipments}.csv`, ['id,isbn,quantity', ...lines].join('\n'))
  return ['restock', '--file', file, '--shipment', `S${shipments}`, '--yes']
}

describe('a shipment', () => {
  test('is planned by title, counted, and notifies waiting readers', async () => {
    const [dune, solaris] = await createBooks(2)
    if (dune === undefined || solaris === undefined) throw new Error('no books')
    const readers = [await shop.createReader(), await shop.createReader()]
    for (const { client } of readers) await client.prebooks.create.mutate({ bookId: dune.id })
    await shop.admin.client.stock.set.mutate({ bookId: solaris.id, quantity: 2 })

    const args = await shipment(`${dune.id},,5`, `,${solaris.isbn},4`, `,${dune.isbn},3`, `${solaris.id},,0`)
    const run = await cli.prebook(args)
    expect(run).toMatchObject({ code: 0 })
    const lines = run.stdout.split('\n')
    expect(lines[0]).toMatch(/^ *ID {2}Title +Author +Arrived +Stock +Notifies$/)
    expect(lines[1]).toMatch(new RegExp(`^ *${dune.id}  ${dune.title} +Frank Herbert +\\+8 +0 → 8 +2$`))
    expect(lines[2]).toMatch(new RegExp(`^ *${solaris.id}  ${solaris.title} +Frank Herbert +\\+4 +2 → 6$`))
    expect(lines[3]).toBe(`${dune.title} (#${dune.id}): +8, stock 0 → 8, 2 readers notified.`)
    expect(lines[4]).toBe(`${solaris.title} (#${solaris.id}): +4, stock 2 → 6.`)
    expect(run.stderr).toBe(
      'To count: 12 copies of 2 titles; notifies 2 waiting readers.\n' +
        '12 copies of 2 titles counted, 2 readers notified.\n',
    )
    const { items } = await shop.admin.client.stock.history.query({ bookId: dune.id })
    expect(items.map(({ delta, note }) => [delta, note])).toEqual([
      [3, lineNote(`S${shipments}`, 2)],
      [5, lineNote(`S${shipments}`, 1)],
    ])
    for (const { client } of readers)
      expect((await client.prebooks.list.query({})).items).toMatchObject([{ status: 'notified' }])
  })

  test('that was already counted reports nothing to count', async () => {
    const [book] = await createBooks(1)
    const args = await shipment(`${book?.id},,5`)
    await cli.prebook(args)
    const again = await cli.prebook(args)
    expect(again.code).toBe(0)
    expect(again.stdout).toMatch(/Already counted\n.* 5 +5\n$/)
    expect(again.stderr).toBe('Nothing to count. Already counted: 5 copies.\n')
    const json = JSON.parse((await cli.prebook([...args, '--json'])).stdout) as Report
    expect(json).toMatchObject({ copies: 0, complete: true, lines: [{ outcome: 'countedBefore' }] })
    expect(await stockOf(Number(book?.id))).toBe(5)
  })

  test('with invalid lines counts the others, and the invalid ones once corrected', async () => {
    const [a, b] = await createBooks(2)
    const args = await shipment(
      `${a?.id},,many`,
      `,${isbnOf(777_654_321)},1`,
      `,441013597,2`,
      `${a?.id},${b?.isbn},1`,
      `,,1`,
      `${b?.id},,2`,
      `${a?.id},,4`,
      `999999999,,1`,
      `,9780441013594,1`,
      `${a?.id},,1.5`,
    )
    const run = await cli.prebook([...args, '--json'])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('8 lines of the shipment could not be counted.')
    const { lines, copies } = JSON.parse(run.stdout) as Report
    expect(copies).toBe(6)
    expect(lines.map(({ line, outcome, problem }) => [line, outcome, problem])).toEqual([
      [2, 'failed', expect.stringContaining('“many” is not a number of copies')],
      [3, 'failed', expect.stringContaining('No book has the ISBN')],
      [4, 'failed', 'No book has the ISBN 9780441013593.'],
      [5, 'failed', expect.stringContaining('The ISBN belongs to #')],
      [6, 'failed', 'Missing ISBN or ID.'],
      [7, 'counted', null],
      [8, 'counted', null],
      [9, 'failed', 'No book has the ID 999999999.'],
      [10, 'failed', expect.stringContaining('its check digit is wrong')],
      [11, 'failed', expect.stringContaining('“1.5” is not a whole number of copies')],
    ])
    const file = String(args[2])
    await cli.write(file.split('/').at(-1) ?? '', `id,quantity\n${a?.id},7\n${b?.id},2\n${a?.id},4\n`)
    const corrected = await cli.prebook(args)
    expect(corrected.code).toBe(0)
    expect(corrected.stdout).toContain('+7, stock 4 → 11.')
    expect([await stockOf(Number(a?.id)), await stockOf(Number(b?.id))]).toEqual([11, 2])
  })

  test('reads what spreadsheets make of it, and names what it mended', async () => {
    const [other] = await createBooks(1)
    const dune = await shop.createBook({ title: 'Dune', isbn: '9780441013593' })
    const args = await shipment(
      `,9780441013593,5.0`,
      `,0441013597,3`,
      `,441013597,1`,
      `,"=""0441013597""","=""2"""`,
      `,${other?.isbn} (pbk.),+1`,
    )
    const run = await cli.prebook(args)
    expect(run).toMatchObject({ code: 0 })
    expect(run.stderr).toContain('Line 4: “441013597” is read as 9780441013593: the lost zero was put back.')
    expect(run.stderr).toContain('12 copies of 2 titles counted')
    expect([await stockOf(dune.id), await stockOf(Number(other?.id))]).toEqual([11, 1])
  })

  test('has returns, and names those of more copies than there are', async () => {
    const [a, b] = await createBooks(2)
    await shop.admin.client.stock.set.mutate({ bookId: Number(a?.id), quantity: 4 })
    const args = await shipment(`${a?.id},,3`, `${a?.id},,-5`, `${b?.id},,-1`, `${b?.id},,2`)
    const run = await cli.prebook(args)
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(/\+3, -5 +4 → 2/)
    expect(run.stderr).toContain('To count: 5 copies and 5 returns of 2 titles; notifies no readers.')
    expect(run.stderr).toContain('Line 4: Not enough copies in stock: cannot remove 1 from 0.')
    expect([await stockOf(Number(a?.id)), await stockOf(Number(b?.id))]).toEqual([2, 2])
    // Once there are copies, the line counts, and no other does again.
    const again = await cli.prebook([...args, '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ copies: 0, returned: 1, titles: 1 })
    expect([await stockOf(Number(a?.id)), await stockOf(Number(b?.id))]).toEqual([2, 1])
  })

  test('may be a bare list of scanned barcodes, of which repeats add up', async () => {
    const [a, b] = await createBooks(2)
    const scans = [a?.isbn, b?.isbn, a?.isbn, '4006381333931', '9780441013594', a?.isbn, '4006381333931']
    const file = await cli.write('scans.txt', `${scans.join('\r\n')}\r\n`)
    const args = ['restock', '--file', file, '--shipment', 'scans', '--yes']
    const run = await cli.prebook(args)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(
      'Line 4: “4006381333931”: This is a barcode of another product, not an ISBN.',
    )
    expect(run.stderr).toContain(
      'Line 5: “9780441013594”: The check digit is wrong. Scan it again, or type the ISBN.',
    )
    expect(run.stderr).toContain('2 lines of the shipment could not be counted.')
    expect([await stockOf(Number(a?.id)), await stockOf(Number(b?.id))]).toEqual([3, 1])
    expect((await cli.prebook(args)).stderr).toContain('Nothing to count. Already counted: 4 copies.')
    const { items } = await shop.admin.client.stock.history.query({ bookId: Number(a?.id) })
    expect(items).toMatchObject([{ delta: 3, note: 'Shipment scans' }])
  })

  test('with a quantity corrected after counting names the command that corrects the stock', async () => {
    const [book] = await createBooks(1)
    const args = await shipment(`${book?.id},,5`, `${book?.id},,1`)
    await cli.prebook(args)
    await cli.write(`shipment${shipments}.csv`, `id,quantity\n${book?.id},7\n${book?.id},1\n${book?.id},2\n`)
    const run = await cli.prebook(args)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(
      `Line 2: Already counted in this shipment with quantity 5, not 7. ` +
        `To correct the stock, run \`prebook restock ${book?.id} --by 2\`.`,
    )
    expect(run.stderr).toContain('Line 4: Not counted: line 2')
    expect(await stockOf(Number(book?.id))).toBe(6)
  })

  test('is safe even when the recent stock history no longer shows the counted lines', async () => {
    const [book] = await createBooks(1)
    const bookId = Number(book?.id)
    const args = await shipment(`${bookId},,5`, `${bookId},,1`, `${bookId},,2`)
    await cli.prebook(args)
    for (let change = 0; change < 100; change += 1)
      await shop.admin.client.stock.adjust.mutate({ bookId, delta: change % 2 === 0 ? 1 : -1 })
    await cli.write(`shipment${shipments}.csv`, `id,quantity\n${bookId},5\n${bookId},9\n${bookId},2\n`)
    const run = await cli.prebook([...args, '--json'])
    expect(run.code).toBe(1)
    expect((JSON.parse(run.stdout) as Report).lines).toMatchObject([
      { outcome: 'countedBefore' },
      { outcome: 'failed', problem: expect.stringContaining('with another quantity. To correct the stock') },
      { outcome: 'failed', problem: expect.stringContaining('Not counted: line 3') },
    ])
    expect(await stockOf(bookId)).toBe(8)
  })

  test('counted by another admin is not counted again', async () => {
    await shop.api.createAdmin('other@example.org', 'a password for admins')
    const other = await createClient({ url: shop.api.url }).auth.login.mutate({
      email: 'other@example.org',
      password: 'a password for admins',
    })
    const [book] = await createBooks(1)
    const args = await shipment(`${book?.id},,5`)
    await cli.prebook(args)
    const env = { PREBOOK_TOKEN: String(other.token) }
    expect((await cli.prebook(args, { env })).stderr).toContain('Nothing to count.')
    expect(await stockOf(Number(book?.id))).toBe(5)
  })
})

describe('a shipment that ends early', () => {
  /** Counts six titles through a faulty proxy, then again without it. */
  async function cutShort(makeFaults: (calls: () => number, kill: RunningCommand['kill']) => ProxyFaults) {
    const created = await createBooks(6)
    const reader = await shop.createReader()
    for (const { id } of created) await reader.client.prebooks.create.mutate({ bookId: id })
    const args = await shipment(...created.map(({ id }, index) => `${id},,${index + 1}`))
    let calls = 0
    const faults = makeFaults(
      () => calls,
      (signal) => running.kill(signal),
    )
    await using proxy = await startProxy(shop.api.url, {
      ...faults,
      async before(path) {
        if (path === 'stock.adjust') calls += 1
        await faults.before?.(path)
      },
    })
    const running = cli.start([...args, '--url', proxy.url])
    const cut = await running.ended
    const again = await cli.prebook([...args, '--json'])
    const stocks = await Promise.all(created.map(({ id }) => stockOf(id)))
    const histories = await Promise.all(
      created.map(({ id: bookId }) => shop.admin.client.stock.history.query({ bookId })),
    )
    return { cut, again, stocks, movements: histories.map(({ items }) => items.length) }
  }

  const onceEach = { stocks: [1, 2, 3, 4, 5, 6], movements: [1, 1, 1, 1, 1, 1] }

  test('killed after the server processed a line counts each line once when run again', async () => {
    const { cut, again, ...counted } = await cutShort((calls, kill) => ({
      dropsResponse(path) {
        if (path !== 'stock.adjust' || calls() !== 3) return false
        kill('SIGKILL')
        return true
      },
    }))
    expect(cut.code).toBeNull()
    expect(again.code).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({ copies: 4 + 5 + 6, notified: 3, complete: true })
    expect(counted).toEqual(onceEach)
  })

  test('after Ctrl-C finishes the line, reports its progress and can be run again', async () => {
    const { cut, again, ...counted } = await cutShort((calls, kill) => ({
      async before(path) {
        if (path === 'stock.adjust' && calls() === 2) kill('SIGINT')
      },
    }))
    expect(cut.code).toBe(130)
    expect(cut.stderr).toMatch(/Counted [2-5] of 6 titles\. It is safe to run the same command again/)
    expect(again.code).toBe(0)
    expect(counted).toEqual(onceEach)
  })

  test('with a broken connection names the line with an unknown outcome, and can be run again', async () => {
    const { cut, again, ...counted } = await cutShort((calls) => ({
      dropsResponse: (path) => path === 'stock.adjust' && calls() >= 3,
    }))
    expect(cut.code).toBe(7)
    expect(cut.stderr).toContain('Counted 2 of 6 titles. It is unknown whether line 4 was counted.')
    expect(again.code).toBe(0)
    expect(counted).toEqual(onceEach)
  })

  test('after the session ends stops immediately and can be run again', async () => {
    const { cut, again, ...counted } = await cutShort((calls) => ({
      respond: (path) =>
        path === 'stock.adjust' && calls() >= 2
          ? errorResponse('AUTH_REQUIRED', 'Sign in to continue.')
          : null,
    }))
    expect(cut.code).toBe(3)
    expect(cut.stderr).toContain('Counted 1 of 6 titles.')
    expect(cut.stderr).toContain('Sign in to continue.')
    expect(again.code).toBe(0)
    expect(counted).toEqual(onceEach)
  })
})

describe('nothing is counted', () => {
  test.each([
    [['--shipment', 'S'], '--file and --shipment must be used together'],
    [['--file', 'x.csv'], '--file and --shipment must be used together'],
    [['1', '--file', 'x.csv', '--shipment', 'S'], 'the file names the books'],
    [['--file', 'x.csv', '--shipment', 'S', '--to', '5'], 'cannot be used with'],
    [['--file', 'x.csv', '--shipment', 'S', '--note', 'n'], 'cannot be used with'],
    [['--file', 'x.csv', '--shipment', ' '], '--shipment must be a single line'],
    [['--file', 'x.csv', '--shipment', 'S', '--yes'], 'x.csv does not exist'],
  ])('with %j', async (args, sentence) => {
    const run = await cli.prebook(['restock', ...args])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })

  test('without a terminal and --yes, with unknown columns, or without permission', async () => {
    const [book] = await createBooks(1)
    const args = await shipment(`${book?.id},,5`)
    for (const more of [[], ['--json']]) {
      const run = await cli.prebook([...args.slice(0, -1), ...more])
      expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Add --yes') })
    }
    const wrong = await cli.write('wrong.csv', 'title,quantity\nDune,5\n')
    const columns = await cli.prebook(['restock', '--file', wrong, '--shipment', 'S', '--yes'])
    expect(columns).toMatchObject({ code: 2, stdout: '' })
    expect(columns.stderr).toContain('Missing columns: isbn or id.')
    await using signedOut = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect(await signedOut.prebook(args)).toMatchObject({ code: 3, stdout: '' })
    expect(await cli.prebook([...args, '--url', 'http://127.0.0.1:1'])).toMatchObject({
      code: 7,
      stdout: '',
    })
    expect(await stockOf(Number(book?.id))).toBe(0)
  })
})
