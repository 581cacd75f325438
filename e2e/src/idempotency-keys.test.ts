import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShop, signIn, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const mismatch = { data: { reason: 'STOCK_IDEMPOTENCY_MISMATCH', httpStatus: 409 } }
const historyOf = async (bookId: number) => (await shop.admin.client.stock.history.query({ bookId })).items

test('a repeated request returns the original result and creates no second movement', async () => {
  const { stock } = shop.admin.client
  const reader = await shop.signUp()
  const { id: bookId } = await shop.addBook(0)
  await reader.client.prebooks.create.mutate({ bookId })
  const delivery = { bookId, delta: 3, note: 'Monday', idempotencyKey: 'delivery-1' }

  const first = await stock.adjust.mutate(delivery)
  await stock.adjust.mutate({ bookId, delta: -1 })
  const again = await stock.adjust.mutate(delivery)

  expect(first).toMatchObject({ transition: 'restocked', broadcast: { notified: 1 } })
  expect(again).toStrictEqual(first)
  expect((await historyOf(bookId)).map(({ delta }) => delta)).toEqual([-1, 3])
})

test('concurrent identical requests are carried out once', async () => {
  const { stock } = shop.admin.client
  const { id: bookId } = await shop.addBook(0)
  const delivery = { bookId, delta: 3, idempotencyKey: 'delivery-2' }

  const answers = await Promise.all(Array.from({ length: 20 }, () => stock.adjust.mutate(delivery)))

  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await historyOf(bookId)).toHaveLength(1)
})

test('a change without effect is remembered as well', async () => {
  const { stock } = shop.admin.client
  const { id: bookId } = await shop.addBook(2)
  const count = { bookId, quantity: 2, idempotencyKey: 'stocktaking-1' }

  const first = await stock.set.mutate(count)
  await stock.set.mutate({ bookId, quantity: 9 })
  const again = await stock.set.mutate(count)

  expect(first).toMatchObject({ transition: 'none', movement: null })
  expect(again).toStrictEqual(first)
  expect((await historyOf(bookId)).map(({ quantityAfter }) => quantityAfter)).toEqual([9, 2])
})

test('a different request with the same key is refused, and nothing changes', async () => {
  const { stock } = shop.admin.client
  const [book, other] = [await shop.addBook(0), await shop.addBook(0)]
  const key = { idempotencyKey: 'delivery-3' }
  await stock.set.mutate({ bookId: book.id, quantity: 3, ...key })

  await expect(stock.set.mutate({ bookId: book.id, quantity: 4, ...key })).rejects.toMatchObject(mismatch)
  await expect(stock.set.mutate({ bookId: other.id, quantity: 3, ...key })).rejects.toMatchObject(mismatch)
  await expect(stock.adjust.mutate({ bookId: book.id, delta: 3, ...key })).rejects.toMatchObject(mismatch)
  await expect(
    stock.set.mutate({ bookId: book.id, quantity: 3, note: 'Monday', ...key }),
  ).rejects.toMatchObject(mismatch)
  await expect(
    stock.set.mutate({ bookId: book.id, quantity: 3, expectedQuantity: 0, ...key }),
  ).rejects.toMatchObject(mismatch)
  expect(await historyOf(book.id)).toHaveLength(1)
  expect(await historyOf(other.id)).toHaveLength(0)
})

test('a refused request does not use up its key', async () => {
  const { stock } = shop.admin.client
  const { id: bookId } = await shop.addBook(1)
  const key = { idempotencyKey: 'delivery-4' }

  await expect(stock.adjust.mutate({ bookId, delta: -2, ...key })).rejects.toMatchObject({
    data: { reason: 'STOCK_NEGATIVE' },
  })
  expect(await stock.adjust.mutate({ bookId, delta: -1, ...key })).toMatchObject({ transition: 'sold-out' })
})

test('keys are separate for each admin', async () => {
  const account = { email: 'second-admin@example.org', password: 'another long password' }
  await shop.api.createAdmin(account.email, account.password)
  const colleague = await signIn(shop.url, account)
  const { id: bookId } = await shop.addBook(0)
  const key = { idempotencyKey: 'delivery-5' }
  await shop.admin.client.stock.adjust.mutate({ bookId, delta: 1, ...key })

  const theirs = await colleague.client.stock.adjust.mutate({ bookId, delta: 5, ...key })

  expect(theirs).toMatchObject({ book: { stockQuantity: 6 }, movement: { actorId: colleague.id } })
})

test.each(['', 'with space', 'ключ', 'x'.repeat(201)])(
  'rejects the key %j and names the field',
  async (idempotencyKey) => {
    const { id: bookId } = await shop.addBook(0)

    await expect(
      shop.admin.client.stock.set.mutate({ bookId, quantity: 1, idempotencyKey }),
    ).rejects.toMatchObject({ data: { reason: 'VALIDATION_ERROR', field: 'idempotencyKey' } })
  },
)
