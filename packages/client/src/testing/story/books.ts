import type { Cast } from './cast.ts'

/** The admin fills the catalogue, one by one and by an import, and readers search it. */
export async function tellBooks(cast: Cast): Promise<void> {
  const { step, anonymous, admin, ada } = cast

  await step('the shop', () => anonymous.shop.get.query())
  const createBook = (title: string, rest: object = {}) =>
    step(`create ${title}`, () =>
      admin.books.create.mutate({ title, author: 'Frank Herbert', priceCents: 1_999, ...rest }),
    )
  await step('create, anonymous', () =>
    anonymous.books.create.mutate({ title: 'X', author: 'Y', priceCents: 1 }),
  )
  await step('create, reader', () => ada.books.create.mutate({ title: 'X', author: 'Y', priceCents: 1 }))
  await createBook('Dune', { isbn: '0-441-01359-7', stockQuantity: 2 })
  await createBook('Dune Messiah', { isbn: '978-0-593-09823-2' })
  await createBook('Children of Dune', { description: 'The third one.\nLonger.' })
  await createBook('Çöl', { author: 'Ümit' })
  await createBook('Dune', { isbn: '9780441013593' })
  await step('bad book', () =>
    admin.books.create.mutate({
      title: '',
      author: 'x'.repeat(300),
      priceCents: 0,
      isbn: '12',
      extra: 1,
    } as never),
  )
  await step('no input', () => admin.books.create.mutate(undefined as never))
  await step('list', () => anonymous.books.list.query({}))
  await step('search', () => anonymous.books.list.query({ query: 'DÜNE herbert' }))
  await step('search with a typing error', () => anonymous.books.list.query({ query: 'Dnue herbret' }))
  await step('pages of a search', async () => {
    const first = await anonymous.books.list.query({ query: 'the', limit: 1 })
    return [first, await anonymous.books.list.query({ query: 'the', limit: 1, cursor: first.nextCursor })]
  })
  await step('cursor of the list in a search', async () => {
    const { nextCursor } = await anonymous.books.list.query({ limit: 1 })
    return anonymous.books.list.query({ query: 'dune', cursor: nextCursor })
  })
  await step('search for signs', () => anonymous.books.list.query({ query: '?!' }))
  await step('search by ISBN', () => anonymous.books.list.query({ query: '0441013597' }))
  await step('search by ISBN, sold out', () =>
    anonymous.books.list.query({ query: '0441013597', inStock: false }),
  )
  await step('suggestions', () => anonymous.books.suggest.query({ query: 'dune mes' }))
  await step('one suggestion', () => anonymous.books.suggest.query({ query: 'du', limit: 1 }))
  await step('suggestions with a typing error', () => anonymous.books.suggest.query({ query: 'chidlren' }))
  await step('suggestions by the beginning of an ISBN', () =>
    anonymous.books.suggest.query({ query: '0-593-0' }),
  )
  await step('suggestions by an ISBN', () => anonymous.books.suggest.query({ query: '0441013597' }))
  await step('suggestions for signs', () => anonymous.books.suggest.query({ query: '?!' }))
  await step('suggestions for nothing', () => anonymous.books.suggest.query({ query: ' ' }))
  await step('too many suggestions', () => anonymous.books.suggest.query({ query: 'dune', limit: 11 }))
  await step('availability', () =>
    anonymous.books.availability.query({
      isbn: ['0-593-09823-4', '9780441013593', '0441013597', '9783161484100'],
    }),
  )
  await step('availability of nothing', () => anonymous.books.availability.query({ isbn: [] }))
  await step('availability of a wrong ISBN', () =>
    anonymous.books.availability.query({ isbn: ['9780441013593', '9780441013594'] }),
  )
  await step('in stock', () => anonymous.books.list.query({ inStock: true }))
  await step('pages', async () => {
    const first = await anonymous.books.list.query({ limit: 3 })
    return [first, await anonymous.books.list.query({ limit: 3, cursor: first.nextCursor })]
  })
  await step('bad cursor', () => anonymous.books.list.query({ cursor: 'nonsense' }))
  await step('cursor of another list', async () => {
    const { nextCursor } = await anonymous.books.list.query({ limit: 1 })
    return ada.prebooks.list.query({ cursor: nextCursor })
  })
  await step('bad limit', () => anonymous.books.list.query({ limit: 0 }))
  await step('get', () => anonymous.books.get.query({ bookId: 1 }))
  await step('get by ISBN', () => anonymous.books.get.query({ isbn: '0 441 01359 7' }))
  await step('get neither', () => anonymous.books.get.query({} as never))
  await step('get nothing', () => anonymous.books.get.query({ bookId: 99 }))
  await step('update', () => admin.books.update.mutate({ bookId: 3, priceCents: 2_500, description: null }))
  await step('update nothing', () => admin.books.update.mutate({ bookId: 3 }))
  await step('update no book', () => admin.books.update.mutate({ bookId: 99, title: 'X' }))
  await step('update to a taken ISBN', () => admin.books.update.mutate({ bookId: 3, isbn: '9780441013593' }))
  const imported = [
    { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999, isbn: '9780441013593', stockQuantity: 9 },
    { title: 'Dune Messiah', author: 'F. Herbert', priceCents: 1_999, isbn: '9780593098233' },
    { title: 'Emma', author: 'Jane Austen', priceCents: 900, isbn: '9780141439587', stockQuantity: 4 },
    { title: 'Bad', author: 'Jane Austen', priceCents: 900, isbn: '1' },
    { title: 'Gone', author: 'A', priceCents: 900, isbn: '9780141439600', availability: '51' },
    {
      title: 'Due',
      author: 'A',
      priceCents: 900,
      isbn: '9780141439563',
      availability: '10',
      expected: '20270312',
    },
    {
      title: 'Odd',
      author: 'A',
      priceCents: 900,
      isbn: '9780141439846',
      availability: '53',
      expected: '03/04/2027',
    },
    { title: 'Emma', author: 'J. Austen', priceCents: 900, isbn: '9780141439587' },
    { isbn: '9780141439587', stockQuantity: 5 },
    { isbn: '9780141439518', priceCents: 900 },
  ]
  await step('import, dry', () => admin.books.import.mutate({ rows: imported, dryRun: true }))
  await step('import', () => admin.books.import.mutate({ rows: imported }))
  await step('import nothing', () => admin.books.import.mutate({ rows: [] }))
}
