import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/meddling-proxy.ts'
import { createDesk } from '../testing/run-prebook.ts'
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
  test('tells everybody who waits', async () => {
    const book = await shop.createBook()
    const readers = [await shop.createReader(), await shop.createReader()]
    for (const { client } of readers) await client.prebooks.create.mutate({ bookId: book.id })

    const restock = await shop.adminDesk.prebook([
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
          'Stock  0 → 5, back in stock',
          'Tells  2 waiting readers',
          'Stock set to 5: back in stock\\. 2 readers were notified at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\n$',
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

  test('finds the book by its ISBN, and answers as JSON what the API answers', async () => {
    const book = await shop.admin.client.books.create.mutate({
      title: 'Dune',
      author: 'Frank Herbert',
      priceCents: 999,
      isbn: '9780441013593',
    })
    const reader = await shop.createReader()
    await reader.client.prebooks.create.mutate({ bookId: book.id })
    const restock = await shop.adminDesk.prebook(['restock', '0-441-01359-7', '--to', '5', '--yes', '--json'])
    expect(restock).toMatchObject({ code: 0, stderr: '' })
    const { preview, change } = JSON.parse(restock.stdout) as Answer
    expect(preview).toEqual({ book, quantityAfter: 5, transition: 'restocked', wouldNotify: 1 })
    expect(change).toMatchObject({ book: { id: book.id, stockQuantity: 5 }, transition: 'restocked' })
    expect(change.broadcast).toMatchObject({ notified: 1 })
    expect(change.movement?.delta).toBe(5)
  })

  test.each([
    [0, 5, 'Tells  nobody\nStock set to 5: back in stock. Nobody was waiting.'],
    [5, 9, 'Stock set to 9: more copies of what is in stock.'],
    [9, 5, 'Stock set to 5: fewer copies, still in stock.'],
    [5, 0, 'Stock set to 0: sold out: readers can pre-book it.'],
    [5, 5, 'Nothing changed: there are 5 in stock already.'],
  ])('from %i to %i says what happened', async (before, after, sentence) => {
    const book = await shop.createBook({ stock: before })
    const restock = await shop.adminDesk.prebook(['restock', String(book.id), '--to', String(after), '--yes'])
    expect(restock).toMatchObject({ code: 0, stderr: '' })
    expect(restock.stdout).toContain(sentence)
    expect(await stockOf(book.id)).toBe(after)
  })

  test.each([
    [5, '--by', '3', 8, 'more copies of what is in stock'],
    [5, '--by', '-5', 0, 'sold out'],
    [0, '--by', '+2', 2, 'back in stock'],
    [5, '--by', '0', 5, 'Nothing changed'],
  ])('of %i copies %s %s leaves %i', async (before, option, difference, after, sentence) => {
    const book = await shop.createBook({ stock: before })
    const run = await shop.adminDesk.prebook(['restock', String(book.id), option, difference, '--yes'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain(sentence)
    expect(await stockOf(book.id)).toBe(after)
  })

  test('finds the book by words that fit it alone, and asks which when several fit', async () => {
    const one = await shop.createBook({ title: 'The Word for World is Forest' })
    const two = await shop.createBook({ title: 'The Word for World is\u00a0Rainforest' })
    const args = ['--to', '5', '--yes']
    expect(await shop.adminDesk.prebook(['restock', 'world rainforest', ...args])).toMatchObject({ code: 0 })
    expect(await stockOf(two.id)).toBe(5)
    const several = await shop.adminDesk.prebook(['restock', 'word world', ...args])
    expect(several).toMatchObject({ code: 2, stdout: '' })
    expect(several.stderr).toContain('“word world” fits 2 books.')
    expect(several.stderr).toContain(`#${one.id} The Word for World is Forest by Frank Herbert`)
    expect(several.stderr).toContain(`#${two.id} `)
    expect(await stockOf(one.id)).toBe(0)
  })

  test('after everybody cancelled tells nobody', async () => {
    const book = await shop.createBook()
    const { client } = await shop.createReader()
    const prebook = await client.prebooks.create.mutate({ bookId: book.id })
    await client.prebooks.cancel.mutate({ prebookId: prebook.id })
    const restock = await shop.adminDesk.prebook(['restock', String(book.id), '--to', '1', '--yes'])
    expect(restock.stdout).toContain('Nobody was waiting any more.')
  })
})

describe('nothing is changed', () => {
  test.each([[[]], [['--json']]])('without a terminal and without --yes %j', async (args) => {
    const book = await shop.createBook()
    const restock = await shop.adminDesk.prebook(['restock', String(book.id), '--to', '5', ...args])
    expect(restock).toMatchObject({ code: 2, stdout: '' })
    expect(restock.stderr).toContain('Add --yes')
    expect(await stockOf(book.id)).toBe(0)
  })

  test.each([
    ['999999', 5, 'Book not found.'],
    ['9780060512750', 5, 'Book not found.'],
    ['9780441013594', 2, 'not a valid ISBN'],
    ['12345678901', 2, 'neither the id nor the ISBN'],
    ['no book like that', 5, 'No book fits “no book like that”.'],
  ])('of the book %s', async (reference, code, sentence) => {
    const restock = await shop.adminDesk.prebook(['restock', reference, '--to', '5', '--yes'])
    expect(restock).toMatchObject({ code, stdout: '' })
    expect(restock.stderr).toContain(sentence)
  })

  test.each([[[]], [['--to', '5', '--by', '5']], [['--by', '1.5']], [['--by', '2000000']]])(
    'with %j, which says not or wrongly what is to become of it',
    async (args) => {
      const book = await shop.createBook()
      const run = await shop.adminDesk.prebook(['restock', String(book.id), '--yes', ...args])
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(await stockOf(book.id)).toBe(0)
    },
  )

  test('by more copies than there are', async () => {
    const book = await shop.createBook({ stock: 2 })
    const run = await shop.adminDesk.prebook(['restock', String(book.id), '--by', '-3', '--yes'])
    expect(run).toMatchObject({ code: 6, stdout: '' })
    expect(run.stderr).toContain('There are only 2 in stock')
  })

  test.each(['-1', '1.5', 'many', '1000001'])('to %s', async (quantity) => {
    const book = await shop.createBook()
    expect(
      await shop.adminDesk.prebook(['restock', String(book.id), '--to', quantity, '--yes']),
    ).toMatchObject({
      code: 2,
      stdout: '',
    })
    expect(await stockOf(book.id)).toBe(0)
  })

  test('by a reader, by nobody, or with a token that is not valid', async () => {
    const book = await shop.createBook()
    const reader = await shop.createReader()
    await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
    const args = ['restock', String(book.id), '--to', '5', '--yes']
    const forbidden = await desk.prebook(args, { env: { PREBOOK_TOKEN: reader.token } })
    expect(forbidden).toMatchObject({ code: 4, stdout: '' })
    expect(forbidden.stderr).toContain('Only admins can do this.')
    const anonymous = await desk.prebook(args)
    expect(anonymous).toMatchObject({ code: 3, stdout: '' })
    expect(anonymous.stderr).toContain('Sign in with `prebook login`.')
    const stale = await desk.prebook(args, { env: { PREBOOK_TOKEN: 'nobodys-token' } })
    expect(stale).toMatchObject({ code: 3, stdout: '' })
    expect(stale.stderr).toContain('PREBOOK_TOKEN is not valid')
    expect(await stockOf(book.id)).toBe(0)
  })

  test('when the stock changed after it was shown', async () => {
    const book = await shop.createBook()
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        if (path === 'stock.set') await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 2 })
      },
    })
    const restock = await shop.adminDesk.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(6)
    expect(restock.stderr).toContain('The stock has changed meanwhile')
    expect(restock.stderr).toContain('Run the command again')
    expect(await stockOf(book.id)).toBe(2)
  })
})

describe('when the answer is lost', () => {
  test('the change is asked for once more, and made once', async () => {
    const book = await shop.createBook()
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    let lost = 0
    await using proxy = await startProxy(shop.api.url, {
      loses: (path) => path === 'stock.set' && lost++ === 0,
    })
    const restock = await shop.adminDesk.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(0)
    expect(restock.stdout).toContain('1 reader was notified')
    expect(restock.stderr).toContain('trying once more')
    expect(await movementsOf(book.id)).toHaveLength(1)
  })

  test('twice, it says that the outcome is unknown', async () => {
    const book = await shop.createBook()
    await using proxy = await startProxy(shop.api.url, { loses: (path) => path === 'stock.set' })
    const restock = await shop.adminDesk.prebook([
      'restock',
      String(book.id),
      '--to',
      '5',
      '--yes',
      '--url',
      proxy.url,
    ])
    expect(restock.code).toBe(7)
    expect(restock.stderr).toContain('Whether the stock was changed is unknown.')
    expect(await movementsOf(book.id)).toHaveLength(1)
  })
})

describe('interrupted while the change is under way', () => {
  /** Runs a restock, and Ctrl-C as often as given while the server is asked for the change. */
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
    const restock = shop.adminDesk.start(['restock', `${bookId}`, '--to', '5', '--yes', '--url', proxy.url])
    await interrupt.promise
    restock.kill('SIGINT')
    await restock.says('Press Ctrl-C again')
    if (times > 1) restock.kill('SIGINT')
    else answer.resolve()
    const ended = await restock.ended
    answer.resolve()
    return ended
  }

  test('it still tells what came of it', async () => {
    const book = await shop.createBook()
    const restock = await interrupted(book.id, 1)
    expect(restock).toMatchObject({ code: 0, stdout: expect.stringContaining('Stock set to 5') })
    expect(await stockOf(book.id)).toBe(5)
  })

  test('and once more, it says that the outcome is unknown', async () => {
    const book = await shop.createBook()
    const restock = await interrupted(book.id, 2)
    expect(restock).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('Whether the stock was changed is unknown.'),
    })
  })
})

describe('prebook stock history', () => {
  test('tells who changed the stock, when, by how much, and whom it told', async () => {
    const book = await shop.createBook({ title: 'A long history' })
    const { client } = await shop.createReader()
    await client.prebooks.create.mutate({ bookId: book.id })
    const { adjust } = shop.admin.client.stock
    await adjust.mutate({ bookId: book.id, delta: 3, note: 'second print' })
    await adjust.mutate({ bookId: book.id, delta: -1 })

    const history = await shop.adminDesk.prebook(['stock', 'history', 'long history'])
    expect(history).toMatchObject({ code: 0, stderr: '' })
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
    expect(history.stdout.split('\n')).toEqual([
      expect.stringMatching(/^When {17}Who {16}Change {2}After {2}Told {2}Note$/),
      expect.stringMatching(new RegExp(`^${time}  admin@example.org +-1 +2$`)),
      expect.stringMatching(new RegExp(`^${time}  admin@example.org +\\+3 +3 +1  second print$`)),
      '',
    ])
    const limited = await shop.adminDesk.prebook(['stock', 'history', String(book.id), '--limit', '1'])
    expect(limited.stdout.split('\n')).toHaveLength(3)
    expect(limited.stderr).toContain('There are older ones')
    const json = await shop.adminDesk.prebook(['stock', 'history', String(book.id), '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await shop.admin.client.stock.history.query({ bookId: book.id }))
  })

  test('says that there is none, or no such book', async () => {
    const book = await shop.createBook()
    expect(await shop.adminDesk.prebook(['stock', 'history', String(book.id)])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'The stock of this book never changed.\n',
    })
    expect((await shop.adminDesk.prebook(['stock', 'history', '999999'])).code).toBe(5)
  })
})
