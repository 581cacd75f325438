import { createFakePrebook } from '@prebook/client/testing'
import { beforeEach, expect, test } from 'vitest'
import { isPrebookError } from '@prebook/client'

const fake = createFakePrebook({
  books: [
    { title: 'Dune', author: 'Frank Herbert' },
    { title: 'Emma', stockQuantity: 2 },
  ],
  users: [{ email: 'ada@example.org' }],
})

beforeEach(() => fake.reset())

test('a reader is notified when a book is back', async () => {
  const ada = fake.signIn('ada@example.org')
  await ada.prebooks.create.mutate({ bookId: 1 })
  await fake.staff.stock.set.mutate({ bookId: 1, quantity: 3 })
  const { items } = await ada.prebooks.list.query({})
  expect(items[0]?.status).toBe('notified')
  expect(fake.mails).toMatchObject([{ kind: 'restock', to: 'ada@example.org', bookId: 1 }])
})

test('a book that is in stock is refused', async () => {
  const error = await fake.reader.prebooks.create.mutate({ bookId: 2 }).catch((thrown: unknown) => thrown)
  expect(isPrebookError(error, 'PREBOOK_BOOK_IN_STOCK')).toBe(true)
})

test('the session ends after two weeks', async () => {
  const client = fake.createClient({ token: fake.sessionToken('ada@example.org') })
  fake.clock.advance(14 * 24 * 3_600_000)
  await expect(client.account.get.query()).rejects.toThrow('Sign in to continue.')
})

test('the shop is busy', async () => {
  fake.failNext({ reason: 'STORE_BUSY', procedure: 'books.list', times: 3 })
  await expect(fake.reader.books.list.query({})).rejects.toThrow('The service is busy.')
})
