import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/faulty-proxy.ts'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

type Answer = { preview: RouterOutputs['stock']['preview']; change: RouterOutputs['stock']['set'] }

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const stockOf = async (bookId: number) => (await shop.admin.client.books.get.query({ bookId })).stockQuantity
const movementsOf = async (bookId: number) => (await shop.admin.client.stock.history.query({ bookId })).items

describe('a restock', () => {
  test('notifies waiting readers', async () => {
    const book = await shop.createBook()
    const readers = [await shop.createReader(), await shop.createReader()]
    for (const { client } of readers) await client.prebooks.create.mutate({ bookId: book.id })

    const restock = await shop.adminCli.prebook([
      'restock',
      `#${book.id}`,
      '--to',
      '5',
      '--note',
      'second print',
      '--yes',
    ])
    expect(restock).toMatchObject({ code: 0, stderr: '' })
    expect(restock.stdout).toMatch(
      new RegExp(
        [
          `^Dune by Frank Herbert \\(#${book.id}\\)`,
          'Stock     0 → 5, back in stock',
          'Notifies  2 waiting readers',
          'Stock set to 5: back in stock\\. Notified 2 readers at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\n$',
        ].join('\n'),
      ),
    )
    for (const { client } of readers) {
      const { items } = await client.prebooks.list.query({})
      expect(items).toMatchObject([{ bookId: book.id, status: 'notified' }])
    }
    expect(await movementsOf(book.id)).toMatchObject([
      { delta: 5, note: 'second print', broadcast: { notified: 2 } },
    ])
  })

  test('finds a book by ISBN, and prints the API response as JSON', async () => {
    const book = await shop.admin.client.books.create.mutate({
      title: 'Dune',
      author: 'Frank Herbert',
      priceCents: 999,
      isbn: '9780441013593',
    })
    const reader = await shop.createReader()
    await reader.client.prebooks.create.mutate({ bookId: book.id })
    const restock = await shop.adminCli.prebook(['restock', '0-441-01359-7', '--to', '5', '--yes', '--json'])
    expect(restock).toMatchObject({ code: 0, stderr: '' })
    const { preview, change } = JSON.parse(restock.stdout) as Answer
    expect(preview).toEqual({ book, quantityAfter: 5, transition: 'restocked', wouldNotify: 1 })
    expect(change).toMatchObject({ book: { id: book.id, stockQuantity: 5 }, transition: 'restocked' })
    expect(change.broadcast).toMatchObject({ notified: 1 })
    expect(change.movement?.delta).toBe(5)
  })

  test.each([
    [0, 5, 'Notifies  no readers\nStock set to 5: back in stock. No readers were waiting.'],
    [5, 9, 'Stock set to 9: more copies, still in stock.'],
    [9, 5, 'Stock set to 5: fewer copies, still in stock.'],
    [5, 0, 'Stock set to 0: sold out, readers can pre-book it.'],
    [5, 5, 'Nothing to do: the stock is already 5.'],
  ])('from %i to %i prints the result', async (before, after, sentence) => {
    const book = await shop.createBook({ stock: before })
    const restock = await shop.adminCli.prebook(['restock', String(book.id), '--to', String(after), '--yes'])
    expect(restock).toMatchObject({ code: 0, stderr: '' })
    expect(restock.stdout).toContain(sentence)
    expect(await stockOf(book.id)).toBe(after)
  })

  test.each([
    [5, '--by', '3', 8, 'more copies, still in stock'],
    [5, '--by', '-5', 0, 'sold out'],
    [0, '--by', '+2', 2, 'back in stock'],
    [5, '--by', '0', 5, 'Nothing to do'],
  ])('of %i copies %s %s leaves %i', async (before, option, difference, after, sentence) => {
    const book = await shop.createBook({ stock: before })
    const run = await shop.adminCli.prebook(['restock', String(book.id), option, difference, '--yes'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain(sentence)
    expect(await stockOf(book.id)).toBe(after)
  })

  test('finds a book by unique words, and lists the matches of ambiguous words', async () => {
    const one = await shop.createBook({ title: 'The Word for World is Forest' })
    const two = await shop.createBook({ title: 'The Word for World is\u00a0Rainforest' })
    const args = ['--to', '5', '--yes']
    expect(await shop.adminCli.prebook(['restock', 'world rainforest', ...args])).toMatchObject({ code: 0 })
    expect(await stockOf(two.id)).toBe(5)
    const several = await shop.adminCli.prebook(['restock', 'word world', ...args])
    expect(several).toMatchObject({ code: 2, stdout: '' })
    expect(several.stderr).toContain('“word world” matches 2 books.')
    expect(several.stderr).toContain(`#${one.id} The Word for World is Forest by Frank Herbert`)
    expect(several.stderr).toContain(`#${two.id} `)
    expect(await stockOf(one.id)).toBe(0)
  })

  test('after all readers cancelled notifies no readers', async () => {
    const book = await shop.createBook()
    const { client } = await shop.createReader()
    const prebook = await client.prebooks.create.mutate({ bookId: book.id })
    await client.prebooks.cancel.mutate({ prebookId: prebook.id })
    const restock = await shop.adminCli.prebook(['restock', String(book.id), '--to', '1', '--yes'])
    expect(restock.stdout).toContain('All waiting readers had cancelled.')
  })
})

describe('nothing is changed', () => {
  test.each([[[]], [['--json']]])('without a terminal and --yes %j', async (args) => {
    const book = await shop.createBook()
    const restock = await shop.adminCli.prebook(['restock', String(book.id), '--to', '5', ...args])
    expect(restock).toMatchObject({ code: 2, stdout: '' })
    expect(restock.stderr).toContain('Add --yes')
    expect(await stockOf(book.id)).toBe(0)
  })

  test.each([
    ['999999', 5, 'Book not found.'],
    ['9780060512750', 5, 'Book not found.'],
    ['9780441013594', 2, 'not a valid ISBN'],
    ['12345678901', 2, 'is not a book ID or an ISBN'],
    ['no book like that', 5, 'No book matches “no book like that”.'],
  ])('for the book %s', async (reference, code, sentence) => {
    const restock = await shop.adminCli.prebook(['restock', reference, '--to', '5', '--yes'])
    expect(restock).toMatchObject({ code, stdout: '' })
    expect(restock.stderr).toContain(sentence)
  })

  test('for words with a typing error, which only suggest a book', async () => {
    const book = await shop.createBook({ title: 'Meditations' })
    const restock = await shop.adminCli.prebook(['restock', 'meditatoins', '--to', '5', '--yes'])
    expect(restock).toMatchObject({ code: 5, stdout: '' })
    expect(restock.stderr).toContain('No book matches “meditatoins”.')
    expect(restock.stderr).toContain(`#${book.id} Meditations by Frank Herbert`)
    expect(restock.stderr).toContain('write “meditations”.')
    expect(await stockOf(book.id)).toBe(0)
  })

  test.each([[[]], [['--to', '5', '--by', '5']], [['--by', '1.5']], [['--by', '2000000']]])(
    'with %j, a missing or invalid stock change',
    async (args) => {
      const book = await shop.createBook()
      const run = await shop.adminCli.prebook(['restock', String(book.id), '--yes', ...args])
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(await stockOf(book.id)).toBe(0)
    },
  )

  test('when removing more copies than are in stock', async () => {
    const book = await shop.createBook({ stock: 2 })
    const run = await shop.adminCli.prebook(['restock', String(book.id), '--by', '-3', '--yes'])
    expect(run).toMatchObject({ code: 6, stdout: '' })
    expect(run.stderr).toContain('Not enough copies in stock: cannot remove ')
  })

  test.each(['-1', '1.5', 'many', '1000001'])('to %s', async (quantity) => {
    const book = await shop.createBook()
    expect(
      await shop.adminCli.prebook(['restock', String(book.id), '--to', quantity, '--yes']),
    ).toMatchObject({
      code: 2,
      stdout: '',
    })
    expect(await stockOf(book.id)).toBe(0)
  })

  test('by a reader, without a session, or with an invalid token', async () => {
    const book = await shop.createBook()
    const reader = await shop.createReader()
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    const args = ['restock', String(book.id), '--to', '5', '--yes']
    const forbidden = await cli.prebook(args, { env: { PREBOOK_TOKEN: reader.token } })
    expect(forbidden).toMatchObject({ code: 4, stdout: '' })
    expect(forbidden.stderr).toContain('Only staff and admins can do this.')
    const anonymous = await cli.prebook(args)
    expect(anonymous).toMatchObject({ code: 3, stdout: '' })
    expect(anonymous.stderr).toContain('Sign in with `prebook login`.')
    const stale = await cli.prebook(args, { env: { PREBOOK_TOKEN: 'invalid-token' } })
    expect(stale).toMatchObject({ code: 3, stdout: '' })
    expect(stale.stderr).toContain('PREBOOK_TOKEN is not valid')
    expect(await stockOf(book.id)).toBe(0)
  })

  test('when the stock has changed since it was shown', async () => {
    const book = await shop.createBook()
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path === 'stock.set') await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 2 })
      },
    })
    const restock = await shop.adminCli.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(6)
    expect(restock.stderr).toContain('The stock has changed since it was shown')
    expect(restock.stderr).toContain('Run the command again')
    expect(await stockOf(book.id)).toBe(2)
  })
})

describe('when no response arrives', () => {
  test('the request is retried once and applied once', async () => {
    const book = await shop.createBook()
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    let lost = 0
    await using proxy = await startProxy(shop.api.url, {
      dropsResponse: (path) => path === 'stock.set' && lost++ === 0,
    })
    const restock = await shop.adminCli.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(0)
    expect(restock.stdout).toContain('Notified 1 reader')
    expect(restock.stderr).toContain('Retrying once')
    expect(await movementsOf(book.id)).toHaveLength(1)
  })

  test('twice, the outcome is reported as unknown', async () => {
    const book = await shop.createBook()
    await using proxy = await startProxy(shop.api.url, { dropsResponse: (path) => path === 'stock.set' })
    const restock = await shop.adminCli.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(7)
    expect(restock.stderr).toContain('It is unknown whether the stock was changed.')
    expect(await movementsOf(book.id)).toHaveLength(1)
  })
})

describe('interrupted during the change', () => {
  /** Runs a restock, and sends Ctrl-C the given number of times during the request. */
  async function interrupted(bookId: number, times: number) {
    const interrupt = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path !== 'stock.set') return
        interrupt.resolve()
        await answer.promise
      },
    })
    const restock = shop.adminCli.start(['restock', `${bookId}`, '--to', '5', '--yes', '--url', proxy.url])
    await interrupt.promise
    restock.kill('SIGINT')
    await restock.waitForStderr('Press Ctrl-C again')
    if (times > 1) restock.kill('SIGINT')
    else answer.resolve()
    const ended = await restock.ended
    answer.resolve()
    return ended
  }

  test('still prints the result', async () => {
    const book = await shop.createBook()
    const restock = await interrupted(book.id, 1)
    expect(restock).toMatchObject({ code: 0, stdout: expect.stringContaining('Stock set to 5') })
    expect(await stockOf(book.id)).toBe(5)
  })

  test('twice, reports the outcome as unknown', async () => {
    const book = await shop.createBook()
    const restock = await interrupted(book.id, 2)
    expect(restock).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('It is unknown whether the stock was changed.'),
    })
  })
})

describe('prebook stock history', () => {
  test('lists who changed the stock, when, by how much, and how many readers it notified', async () => {
    const book = await shop.createBook({ title: 'A long history' })
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    const { adjust } = shop.admin.client.stock
    await adjust.mutate({ bookId: book.id, delta: 3, note: 'second print' })
    await adjust.mutate({ bookId: book.id, delta: -1 })

    const history = await shop.adminCli.prebook(['stock', 'history', 'long history'])
    expect(history).toMatchObject({ code: 0, stderr: '' })
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
    expect(history.stdout.split('\n')).toEqual([
      expect.stringMatching(/^Time {17}Changed by {9}Change {2}After {2}Notified {2}Note$/),
      expect.stringMatching(new RegExp(`^${time}  admin@example.org +-1 +2$`)),
      expect.stringMatching(new RegExp(`^${time}  admin@example.org +\\+3 +3 +1  second print$`)),
      '',
    ])
    const limited = await shop.adminCli.prebook(['stock', 'history', String(book.id), '--limit', '1'])
    expect(limited.stdout.split('\n')).toHaveLength(3)
    expect(limited.stderr).toContain('There are more entries')
    const json = await shop.adminCli.prebook(['stock', 'history', String(book.id), '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await shop.admin.client.stock.history.query({ bookId: book.id }))
  })

  test('reports an empty history and a missing book', async () => {
    const book = await shop.createBook()
    expect(await shop.adminCli.prebook(['stock', 'history', String(book.id)])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No stock movements yet.\n',
    })
    expect((await shop.adminCli.prebook(['stock', 'history', '999999'])).code).toBe(5)
  })
})
