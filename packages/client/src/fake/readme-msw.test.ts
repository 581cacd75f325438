import { createFakePrebook, prebookHandlers } from '@prebook/client/testing'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '@prebook/client'

const fake = createFakePrebook({ books: [{ title: 'Dune' }] })
const server = setupServer(...prebookHandlers(fake, { http, url: 'https://books.example.org' }))
beforeAll(() => server.listen())
afterAll(() => server.close())

test('the application finds a book', async () => {
  const client = createClient({ url: 'https://books.example.org' })
  const { items } = await client.books.list.query({ query: 'dune' })
  expect(items).toMatchObject([{ id: 1, title: 'Dune', inStock: false }])
})
