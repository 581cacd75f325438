import { randomUUID } from 'node:crypto'
import { WAIT } from '@prebook/testing/bounds'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { request, type Answer } from './testing/http-request.ts'
import { startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

type Sent = { body?: unknown; key?: string; by?: Person }

const send = (method: string, path: string, { body, key, by = shop.admin }: Sent): Promise<Answer> =>
  request(shop.url, method, path, {
    token: by.token,
    body,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })

const replayed = ({ headers }: Answer) => headers.get('idempotency-replayed')
const book = { title: 'Dune', author: 'Frank Herbert', price: 19.99 }
const movementsOf = async (bookId: number) =>
  (await shop.admin.client.stock.history.query({ bookId })).items.map(({ delta }) => delta)

describe('the header Idempotency-Key', () => {
  test('makes a change once, and its replay is the same response', async () => {
    const key = randomUUID()
    const first = await send('POST', '/books', { body: book, key })
    const again = await send('POST', '/books', { body: { ...book, description: null }, key })
    const other = await send('POST', '/books', { body: book })

    expect([first.status, replayed(first)]).toEqual([201, null])
    // A missing description and null are different inputs.
    expect([again.status, again.body]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }])
    const same = await send('POST', '/books', {
      body: { price: 19.99, author: book.author, title: book.title },
      key,
    })
    expect([same.status, same.text, replayed(same)]).toEqual([201, first.text, 'true'])
    expect([other.status, replayed(other)]).toEqual([201, null])
    expect((other.body as { id: number }).id).not.toBe((first.body as { id: number }).id)
  })

  test('sent a hundred times at once makes one change, and all get its response in the end', async () => {
    const title = `Once ${randomUUID()}`
    const key = randomUUID()
    const waits: (string | null)[] = []
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        vi.waitUntil(async () => {
          const answer = await send('POST', '/books', { body: { ...book, title }, key })
          if (answer.status !== 409) return answer
          expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_IN_FLIGHT' })
          waits.push(answer.headers.get('retry-after'))
          return false
        }, WAIT),
      ),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1)
    expect(new Set(waits)).toEqual(new Set(waits.length === 0 ? [] : ['1']))
    expect((await shop.admin.client.books.list.query({ query: title })).items).toHaveLength(1)
  })

  test('of a stock change counts like the key in its body: either, both equal, but not two', async () => {
    const { id } = await shop.addBook(0)
    const path = `/books/${id}/stock`
    const [key, other] = [randomUUID(), randomUUID()]
    const sent: [Sent, status: number, replay: string | null, refusal?: object][] = [
      [{ body: { quantity: 5 }, key }, 200, null],
      [{ body: { quantity: 5 }, key }, 200, 'true'],
      [{ body: { quantity: 5, idempotency_key: key } }, 200, 'true'],
      [{ body: { quantity: 5, idempotency_key: key }, key }, 200, 'true'],
      [{ body: { quantity: 6, idempotency_key: key }, key: other }, 422, null, { field: 'Idempotency-Key' }],
      [{ body: { quantity: 6 }, key }, 409, null, { code: 'STOCK_IDEMPOTENCY_MISMATCH' }],
      [{ body: { quantity: 7 }, key: 'k'.repeat(255) }, 200, null],
    ]
    for (const [each, status, replay, refusal = {}] of sent) {
      const answer = await send('PATCH', path, each)
      expect([each, answer.status, replayed(answer)]).toEqual([each, status, replay])
      expect(answer.body).toMatchObject(refusal)
    }
    expect(await movementsOf(id)).toEqual([2, 5])
  })

  test.each(['', 'two words', 'x'.repeat(256), 'é', 'a, b'])('of the form %j is refused', async (key) => {
    const { id } = await shop.addBook(0)
    for (const [method, path, body] of [
      ['POST', '/books', book],
      ['PATCH', `/books/${id}/stock`, { quantity: 1 }],
    ] as const) {
      const answer = await send(method, path, { body, key })
      expect([answer.status, answer.body]).toMatchObject([
        422,
        { code: 'VALIDATION_ERROR', field: 'Idempotency-Key' },
      ])
    }
    expect(await movementsOf(id)).toEqual([])
  })

  test('is honoured or refused by every POST and PATCH, as the document says, and never ignored', async () => {
    const { body } = await request(shop.url, 'GET', '/openapi.json')
    const { paths } = body as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>
    }
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => {
        const takesKey = parameters.some((each) => each.in === 'header' && each.name === 'Idempotency-Key')
        return { method: method.toUpperCase(), path, takesKey }
      }),
    )
    const changes = operations.filter(({ method }) => method === 'POST' || method === 'PATCH')
    expect(operations.filter((each) => each.takesKey && !changes.includes(each))).toEqual([])
    const refusing: string[] = []
    for (const { method, path, takesKey } of changes) {
      // A field that no input has: a route that takes the header refuses the body.
      const sent = { body: { '': 1 }, key: randomUUID() }
      const { status, body: answer } = await send(method, path.replace('{id}', '999999'), sent)
      const { code, field } = (answer ?? {}) as { code?: string; field?: string }
      const refused = code === 'IDEMPOTENCY_KEY_REFUSED'
      expect([method, path, refused]).toEqual([method, path, !takesKey])
      if (refused) refusing.push(`${method} ${path} ${status} ${field}`)
    }
    // Open to everyone, or with a secret in the request or the response.
    for (const route of refusing)
      expect(route).toMatch(
        /^POST \/(?:auth\/\S+|account\/(?:password|email|erase)|prebooks\/(?:requests|confirm)|tokens\S*) 422 Idempotency-Key$/,
      )
    expect(refusing.length).toBeGreaterThan(8)
  })

  test('belongs to an account, and is refused to one that may not make the change any more', async () => {
    const [one, other] = [await shop.signUp(), await shop.signUp()]
    const { id } = await shop.addBook(0)
    const body = { book_id: id }
    const key = randomUUID()
    const [first, second] = [
      await send('POST', '/prebooks', { body, key, by: one }),
      await send('POST', '/prebooks', { body, key, by: other }),
    ]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.text).not.toBe(second.text)
    expect((await send('POST', '/prebooks', { body, key, by: one })).text).toBe(first.text)
    await shop.admin.client.users.deactivate.mutate({ userId: one.id })
    expect((await send('POST', '/prebooks', { body, key, by: one })).status).toBe(403)
  })
})

describe('POST /stock/batch', () => {
  test('answers 200 with an outcome for each line, in the names of REST', async () => {
    const { id, isbn } = await shop.addBook(0, { isbn: '9780441013593' })
    const reader = await shop.signUp()
    await reader.client.prebooks.create.mutate({ bookId: id })
    const lines = [
      { isbn: '978-0-441-01359-3', delta: 3, note: 'Monday', idempotency_key: randomUUID() },
      { book_id: id, quantity: 3 },
      { book_id: 999_999, quantity: 3 },
      { book_id: 'x', delta: 1 },
      { bookId: id, delta: 1 },
    ]
    const answer = await send('POST', '/stock/batch', { body: { lines } })
    expect(answer.status).toBe(200)
    const applied = { book_id: id, isbn, title: expect.any(String), quantity_after: 3, would_notify: null }
    expect(answer.body).toEqual({
      outcomes: [
        {
          ...applied,
          status: 'changed',
          delta: 3,
          transition: 'restocked',
          movement_id: expect.any(Number),
          broadcast: { waitlist_id: expect.any(Number), notified_at: expect.any(String), notified: 1 },
        },
        { ...applied, status: 'unchanged', delta: 0, transition: 'none', movement_id: null, broadcast: null },
        { status: 'refused', code: 'BOOK_NOT_FOUND', message: 'Book not found.', field: 'book_id' },
        {
          status: 'refused',
          code: 'VALIDATION_ERROR',
          message: expect.stringMatching(/^book_id: /),
          field: 'book_id',
        },
        { status: 'refused', code: 'VALIDATION_ERROR', message: 'bookId: Unknown field.', field: 'bookId' },
      ],
    })
  })

  test.each([[{}], [{ lines: null }], [{ lines: 'x' }], [{ lines: {} }], [{ lines: [] }]])(
    'refuses %j and names the field',
    async (body) => {
      const answer = await send('POST', '/stock/batch', { body })
      expect([answer.status, answer.body]).toMatchObject([422, { code: 'VALIDATION_ERROR', field: 'lines' }])
    },
  )

  test('takes its key from the header or the body, and replays', async () => {
    const { id } = await shop.addBook(0)
    const lines = [{ book_id: id, delta: 1 }, { book_id: id, delta: 1 }, { delta: 1 }]
    const key = randomUUID()
    const first = await send('POST', '/stock/batch', { body: { lines }, key })
    const again = await send('POST', '/stock/batch', { body: { lines, idempotency_key: key } })
    expect([first.status, replayed(first)]).toEqual([200, null])
    expect([again.text, replayed(again)]).toEqual([first.text, 'true'])
    const changed = await send('POST', '/stock/batch', { body: { lines: lines.slice(1) }, key })
    expect([changed.status, changed.body]).toMatchObject([409, { code: 'STOCK_IDEMPOTENCY_MISMATCH' }])
    const differing = await send('POST', '/stock/batch', { body: { lines, idempotency_key: 'other' }, key })
    expect([differing.status, differing.body]).toMatchObject([422, { field: 'Idempotency-Key' }])
    expect(await movementsOf(id)).toEqual([1, 1])
  })

  test('accepts 500 lines of 500 bytes, and not a body of more than 256 kB', async () => {
    const line = (noteLength: number) => ({
      isbn: '978-0-553-28368-6',
      delta: 1,
      idempotency_key: randomUUID(),
      note: 'n'.repeat(noteLength),
    })
    const linesOf = (noteLength: number) => Array.from({ length: 500 }, () => line(noteLength))
    const accepted = await send('POST', '/stock/batch', { body: { lines: linesOf(375) } })
    expect([accepted.status, (accepted.body as { outcomes: unknown[] }).outcomes.length]).toEqual([200, 500])
    const refused = await send('POST', '/stock/batch', { body: { lines: linesOf(450) } })
    expect([refused.status, refused.body]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }])
  })
})
