import type { RouterOutputs } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

type Page = RouterOutputs['books']['list']
type Book = Page['items'][number]

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

describe('prebook books add', () => {
  test('adds a book with its exact price', async () => {
    const args = [
      'books',
      'add',
      '--title',
      'The Dispossessed',
      '--author',
      'Ursula K. Le Guin',
      '--price',
      '4.35',
    ]
    const more = ['--isbn', '0-06-051275-X', '--description', 'An ambiguous utopia', '--stock', '3', '--json']
    const added = await shop.adminCli.prebook([...args, ...more])
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const book = JSON.parse(added.stdout) as Book
    expect(book).toMatchObject({ priceCents: 435, isbn: '9780060512750', stockQuantity: 3, inStock: true })
    expect(await shop.admin.client.books.get.query({ bookId: book.id })).toEqual(book)
  })

  test('prints the added book', async () => {
    const added = await shop.adminCli.prebook([
      'books',
      'add',
      '--title',
      'Solaris',
      '--author',
      'Lem',
      '--price',
      '7',
    ])
    expect(added.stdout).toMatch(/^Added #\d+: Solaris by Lem, 7\.00 EUR, 0 in stock\.\n$/)
  })

  test.each([
    [['--price', '19.999'], 'has at most 2 decimals'],
    [['--price', '19,99'], 'Use the form 19.99'],
    [['--price', '0'], '--price: Must be more than 0.'],
    [['--price', '5', '--isbn', '9780441013594'], '--isbn: Must be a valid ISBN'],
    [['--price', '5', '--stock', '-1'], 'whole number'],
    [['--price', '5', '--stock', '1000001'], '--stock: Must be at most 1,000,000.'],
    [['--price', '5', '--title', 'clears\u001b[2J'], '--title: Must be plain text'],
    [[], "required option '--price"],
  ])('rejects %j as invalid usage and adds nothing', async (args, sentence) => {
    const before = await shop.admin.client.books.list.query({ query: 'refused' })
    const added = await shop.adminCli.prebook([
      'books',
      'add',
      '--title',
      'Refused',
      '--author',
      'X',
      ...args,
    ])
    expect(added).toMatchObject({ code: 2, stdout: '' })
    expect(added.stderr).toContain(sentence)
    expect(await shop.admin.client.books.list.query({ query: 'refused' })).toEqual(before)
  })

  test('reports a conflict with a book of the same ISBN', async () => {
    const args = [
      'books',
      'add',
      '--title',
      'Twice',
      '--author',
      'X',
      '--price',
      '5',
      '--isbn',
      '9780441478125',
    ]
    expect(await shop.adminCli.prebook(args)).toMatchObject({ code: 0 })
    const again = await shop.adminCli.prebook([...args, '--verbose'])
    expect(again).toMatchObject({ code: 6, stdout: '' })
    expect(again.stderr).toContain('Another book already has this ISBN.')
    expect(again.stderr).toContain('reason: BOOK_ISBN_CONFLICT')
  })

  test('requires an admin', async () => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    const args = ['books', 'add', '--title', 'X', '--author', 'Y', '--price', '5']
    expect(await cli.prebook(args)).toMatchObject({ code: 3, stdout: '' })
    const reader = await shop.createReader()
    expect(await cli.prebook(args, { env: { PREBOOK_TOKEN: reader.token } })).toMatchObject({
      code: 4,
      stdout: '',
    })
  })
})

describe('prebook books list', () => {
  beforeAll(async () => {
    for (let number = 100; number < 225; number += 1) {
      await shop.createBook({ title: `Listed ${number}`, stock: number === 100 ? 4 : 0 })
    }
  })

  test('prints a plain table in a pipe', async () => {
    const list = await shop.adminCli.prebook(['books', 'list', '--query', 'listed', '--limit', '2'])
    expect(list.code).toBe(0)
    const lines = list.stdout.split('\n')
    expect(lines[0]).toMatch(/^ *ID {2}Title {7}Author {12}Price {2}Stock {2}Outlook {2}ISBN$/)
    expect(lines[1]).toMatch(/^ *\d+ {2}Listed 100 {2}Frank Herbert {2}9\.99 EUR {6}4$/)
    expect(lines[2]).toMatch(/^ *\d+ {2}Listed 101 {2}Frank Herbert {2}9\.99 EUR {6}0$/)
    expect(list.stdout).not.toContain('\u001b')
    expect(list.stderr).toBe('There are more entries. Use --limit <n> or --all to show them.\n')
  })

  test('with --json prints a page of the API', async () => {
    const list = await shop.adminCli.prebook(['books', 'list', '--query', 'listed', '--limit', '2', '--json'])
    expect(list).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(list.stdout)).toEqual(
      await shop.admin.client.books.list.query({ query: 'listed', limit: 2 }),
    )
  })

  test.each([
    [['--all'], 125, false],
    [[], 50, true],
    [['--limit', '110'], 110, true],
    [['--limit', '125'], 125, false],
    [['--in-stock'], 1, false],
    [['--out-of-stock', '--all'], 124, false],
    [['--query', 'listed 224'], 1, false],
    [['--query', 'nothing like that'], 0, false],
  ])('%j returns %i, more to come: %s', async (args, count, more) => {
    const list = await shop.adminCli.prebook(['books', 'list', '--query', 'listed', '--json', ...args])
    const { items, nextCursor } = JSON.parse(list.stdout) as Page
    expect(new Set(items.map(({ id }) => id)).size).toBe(count)
    expect(nextCursor !== null).toBe(more)
  })

  test('says which words it shows results for, when a typing error was corrected', async () => {
    const found = await shop.adminCli.prebook(['books', 'list', '--query', 'lisetd 224'])
    expect(found).toMatchObject({ code: 0, stderr: 'Showing results for \u201clisted 224\u201d.\n' })
    expect(found.stdout).toContain('Listed 224')
    const list = await shop.adminCli.prebook(['books', 'list', '--query', 'lisetd 224', '--json'])
    expect(list).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(list.stdout)).toMatchObject({ showingResultsFor: 'listed 224' })
  })

  test('reports no matches on standard error', async () => {
    expect(await shop.adminCli.prebook(['books', 'list', '--query', 'nothing like that'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No matching books.\n',
    })
  })

  test.each([
    [['--in-stock', '--out-of-stock']],
    [['--limit', '5', '--all']],
    [['--limit', '0']],
    [['--limit', 'x']],
  ])('rejects %j as invalid usage', async (args) => {
    expect(await shop.adminCli.prebook(['books', 'list', ...args])).toMatchObject({ code: 2, stdout: '' })
  })

  test('does not require a session', async () => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect(await cli.prebook(['books', 'list', '--limit', '1'])).toMatchObject({ code: 0 })
  })
})

describe('prebook books show', () => {
  test('shows all details, by id, ISBN or search words', async () => {
    const book = await shop.admin.client.books.create.mutate({
      title: 'The Lathe of Heaven',
      author: 'Ursula K. Le Guin',
      priceCents: 1050,
      isbn: '9781416556961',
      description: 'Dreams.\n\nThat come true.',
    })
    const shown = await shop.adminCli.prebook(['books', 'show', 'lathe heaven'])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
    expect(shown.stdout).toMatch(
      new RegExp(
        [
          `^The Lathe of Heaven by Ursula K\\. Le Guin \\(#${book.id}\\)`,
          'ISBN     9781416556961',
          'Price    10\\.50 EUR',
          'Stock    0, available for pre-booking',
          `Added    ${time}`,
          `Changed  ${time}`,
          '',
          'Dreams\\.',
          '',
          'That come true\\.\n$',
        ].join('\n'),
      ),
    )
    for (const reference of ['1-4165-5696-6', String(book.id)]) {
      const json = await shop.adminCli.prebook(['books', 'show', reference, '--json'])
      expect(JSON.parse(json.stdout)).toEqual(book)
    }
  })

  test('lists the matches of an ambiguous reference, up to a limit', async () => {
    const several = await shop.adminCli.prebook(['books', 'show', 'listed'])
    expect(several).toMatchObject({ code: 2, stdout: '' })
    expect(several.stderr).toContain('“listed” matches more than 20 books.')
    expect(several.stderr.match(/#\d+ Listed \d+ by Frank Herbert/g)).toHaveLength(20)
    expect((await shop.adminCli.prebook(['books', 'show', 'nothing like that'])).code).toBe(5)
    expect((await shop.adminCli.prebook(['books', 'show', '9781416556962'])).code).toBe(2)
  })
})

describe('prebook books edit', () => {
  test('changes the given fields, removes empty ones, and prints the changes', async () => {
    const book = await shop.admin.client.books.create.mutate({
      title: 'Rocanon',
      author: 'Le Guin',
      priceCents: 700,
      isbn: '9780441732944',
      description: 'A world.',
    })
    const args = ['books', 'edit', String(book.id), '--title', 'Rocannon’s World', '--price', '7.5']
    const edited = await shop.adminCli.prebook([...args, '--isbn', '', '--description', ''])
    expect(edited).toEqual({
      code: 0,
      stderr: '',
      stdout:
        `Changed #${book.id} Rocannon’s World.\n` +
        'Title        Rocanon → Rocannon’s World\n' +
        'Price        7.00 EUR → 7.50 EUR\n' +
        'ISBN         9780441732944 → none\n' +
        'Description  removed\n',
    })
    const again = await shop.adminCli.prebook(args)
    expect(again.stdout).toBe(`Nothing to do: #${book.id} Rocannon’s World already has these values.\n`)
    const json = await shop.adminCli.prebook([...args, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ id: book.id, isbn: null, description: null })
  })

  test.each([
    [[], 2, 'Nothing to change'],
    [['--price', '1.999'], 2, 'has at most 2 decimals'],
    [['--title', ' '], 2, '--title: Must not be empty.'],
    [['--isbn', '9780441478125'], 6, 'Another book already has this ISBN.'],
  ])('%j changes nothing', async (args, code, sentence) => {
    const book = await shop.createBook({ title: 'As it is' })
    const run = await shop.adminCli.prebook(['books', 'edit', String(book.id), ...args])
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
    expect(await shop.admin.client.books.get.query({ bookId: book.id })).toEqual(book)
  })
})
