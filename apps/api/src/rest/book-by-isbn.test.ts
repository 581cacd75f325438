import { afterAll, describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi } from '../hostile/hostile-api.ts'
import { addPerson } from '../hostile/people.ts'
import { isbnAsId } from './isbn-address.ts'

test.each([
  ['/books/isbn/978-0-441-01359-3', '/books/isbn:978-0-441-01359-3'],
  ['/books/isbn/978%200/stock/preview', '/books/isbn:978%200/stock/preview'],
  ['/books/isbn/', '/books/isbn/'],
  ['/books/isbn//stock', '/books/isbn//stock'],
  ['/books/isbn', '/books/isbn'],
  ['/books/12/isbn/3', '/books/12/isbn/3'],
  ['/trpc/books/isbn/3', '/trpc/books/isbn/3'],
])('%s is the address %s', (path, address) => {
  expect(isbnAsId(path)).toBe(address)
})

const ISBN = '9780441013593'
const spellings = [ISBN, '978-0-441-01359-3', '978%200%20441%2001359%203', '0-441-01359-7', '0441013597']

for (const engine of runnableEngines()) {
  describe(`a book by its ISBN, on ${engine.name}`, async () => {
    const api = await startHostileApi(engine)
    afterAll(() => api[Symbol.asyncDispose]())
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
    const send = async (method: string, path: string, body?: object) => {
      const headers = {
        authorization: `Bearer ${admin.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }
      const { status, text } = await api.send({
        method,
        path,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status, body: JSON.parse(text) as Record<string, unknown> }
    }
    await send('POST', '/books', { title: 'Solaris', author: 'Stanisław Lem', price: 9 })
    await send('POST', '/books', { title: 'Dune', author: 'Frank Herbert', price: 19.99, isbn: ISBN })

    test.each(spellings)('is found: %s', async (isbn) => {
      for (const path of [`/books/isbn/${isbn}`, `/books/isbn:${isbn}`])
        expect(await send('GET', path)).toMatchObject({ status: 200, body: { id: 2, title: 'Dune' } })
    })

    test('has every route that it has by its id', async () => {
      const at = `/books/isbn/${spellings[1]}`
      expect(await send('PATCH', at, { title: 'Dune!' })).toMatchObject({ status: 200, body: { id: 2 } })
      expect(await send('PATCH', `${at}/stock`, { quantity: 3 })).toMatchObject({
        status: 200,
        body: { id: 2, stock_quantity: 3 },
      })
      expect(await send('GET', `${at}/stock/preview?delta=-3`)).toMatchObject({
        status: 200,
        body: { quantity_after: 0, transition: 'sold-out' },
      })
    })

    test.each([
      ['GET', ''],
      ['PATCH', '/stock'],
      ['POST', '/stock/adjust'],
      ['GET', '/waitlist'],
    ])('that no book has: %s /books/isbn/{isbn}%s', async (method, end) => {
      const body = method === 'GET' ? undefined : end === '/stock' ? { quantity: 1 } : { delta: 1 }
      expect(await send(method, `/books/isbn/9783161484100${end}`, body)).toMatchObject({
        status: 404,
        body: { code: 'BOOK_NOT_FOUND' },
      })
    })

    test.each(['9780441013594', '0-441-01359-8', '12', 'x', '%00', '9'.repeat(100)])(
      'that is not valid is refused: %s',
      async (isbn) => {
        for (const path of [`/books/isbn/${isbn}`, `/books/isbn:${isbn}/waitlist`])
          expect(await send('GET', path)).toMatchObject({
            status: 422,
            body: { code: 'VALIDATION_ERROR', field: 'isbn', errors: [{ path: 'isbn' }] },
          })
      },
    )
  })
}
