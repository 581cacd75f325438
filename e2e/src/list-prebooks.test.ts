import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, type ApiClient, type Prebook } from './testing/api-clients.ts'
import { request } from './testing/http-request.ts'
import { openDatabase, startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Pre-books new books one after another. Returns the oldest entry first. */
async function prebookSeveral(client: ApiClient, reader: Person, count: number): Promise<Prebook[]> {
  const prebooks = []
  for (let n = 0; n < count; n += 1) {
    const book = await shop.addBook(0)
    prebooks.push(await client.createPrebook(reader, book.id))
  }
  return prebooks
}

describe.each(apiClients)('my pre-bookings through $name', (client) => {
  test('are empty for a new account', async () => {
    expect(await client.listPrebooks(await shop.signUp())).toStrictEqual({ items: [], nextCursor: null })
  })

  test('are listed newest first', async () => {
    const reader = await shop.signUp()
    const [older, newer] = await prebookSeveral(client, reader, 2)

    expect(await client.listPrebooks(reader)).toStrictEqual({ items: [newer, older], nextCursor: null })
  })

  test.each([
    ['share a millisecond', '1800000000000'],
    ['were made while the clock went backwards', '1800000000000 - 1000 * id'],
  ])('keep their order over all pages, newest first, when they %s', async (_how, createdAt) => {
    const reader = await shop.signUp()
    const ids = (await prebookSeveral(client, reader, 5)).map(({ id }) => id)
    using database = openDatabase(shop)
    database.exec(`update prebooks set created_at = ${createdAt} where user_id = ${reader.id}`)

    const top = await client.listPrebooks(reader, { limit: 3 })
    const rest = await client.listPrebooks(reader, { limit: 3, cursor: top.nextCursor })

    const listed = [...top.items, ...rest.items]
    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed())
    const times = listed.map((item) => item.createdAt)
    expect(times).toEqual(times.toSorted())
  })

  test('created concurrently are listed in a stable order, newest first', async () => {
    const reader = await shop.signUp()
    const books = await Promise.all(Array.from({ length: 20 }, () => shop.addBook(0)))

    const created = await Promise.all(books.map((book) => client.createPrebook(reader, book.id)))

    const newestFirst = created.toSorted((a, b) => b.id - a.id)
    expect(await client.listPrebooks(reader)).toEqual({ items: newestFirst, nextCursor: null })
  })

  test('include the title and author of each book', async () => {
    const reader = await shop.signUp()
    const first = await shop.addBook(0, { title: 'Ficciones', author: 'Jorge Luis Borges' })
    const second = await shop.addBook(0, { title: 'La casa de los espíritus', author: 'Isabel Allende' })
    for (const book of [first, second]) await client.createPrebook(reader, book.id)

    const { items } = await client.listPrebooks(reader)

    expect(items.map((item) => [item.bookId, item.bookTitle, item.bookAuthor])).toEqual([
      [second.id, 'La casa de los espíritus', 'Isabel Allende'],
      [first.id, 'Ficciones', 'Jorge Luis Borges'],
    ])
  })

  test('are visible to their reader only, not even to admins', async () => {
    const [reader, other] = [await shop.signUp(), await shop.signUp()]
    const [mine] = await prebookSeveral(client, reader, 1)

    expect((await client.listPrebooks(other)).items).toEqual([])
    expect((await client.listPrebooks(shop.admin)).items).not.toContainEqual(mine)
    expect((await client.listPrebooks(reader)).items).toEqual([mine])
  })

  test('include every status unless one is given', async () => {
    const reader = await shop.signUp()
    const [waiting, notified, cancelled] = (await prebookSeveral(client, reader, 3)).map(({ id }) => id)
    const { items: before } = await client.listPrebooks(reader)
    await client.setStock(shop.admin, Number(before[1]?.bookId), 3)
    await client.cancelPrebook(reader, Number(cancelled))

    const statuses = (await client.listPrebooks(reader)).items.map(({ id, status }) => [id, status])
    expect(statuses).toEqual([
      [cancelled, 'cancelled'],
      [notified, 'notified'],
      [waiting, 'waiting'],
    ])
    for (const [id, status] of statuses as [number, Prebook['status']][]) {
      const { items, nextCursor } = await client.listPrebooks(reader, { status })
      expect(items.map((item) => [item.id, item.status])).toEqual([[id, status]])
      expect(nextCursor).toBeNull()
    }
  })

  test('are refused without a token', async () => {
    await expect(client.listPrebooks(shop.anonymous())).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
  })
})

describe.each(apiClients)('pages of my pre-bookings through $name', (client) => {
  test('follow one another without gaps or duplicates, and the last has no cursor', async () => {
    const reader = await shop.signUp()
    const ids = (await prebookSeveral(client, reader, 5)).map(({ id }) => id)

    const pages = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await client.listPrebooks(reader, { limit: 2, ...(cursor !== undefined && { cursor }) })
      pages.push(page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }

    const [a, b, c, d, e] = ids
    expect(pages).toEqual([[e, d], [c, b], [a]])
  })

  test('have no cursor after a full last page', async () => {
    const reader = await shop.signUp()
    await prebookSeveral(client, reader, 2)

    expect((await client.listPrebooks(reader, { limit: 2 })).nextCursor).toBeNull()
  })

  test('continue at the same place when a new entry is created in between', async () => {
    const reader = await shop.signUp()
    const [first, second, third] = await prebookSeveral(client, reader, 3)
    const top = await client.listPrebooks(reader, { limit: 2 })
    await prebookSeveral(client, reader, 1)

    const rest = await client.listPrebooks(reader, { limit: 2, cursor: top.nextCursor })

    expect(top.items).toEqual([third, second])
    expect(rest).toEqual({ items: [first], nextCursor: null })
  })

  test('keep the status filter', async () => {
    const reader = await shop.signUp()
    const [first, cancelled, last] = await prebookSeveral(client, reader, 3)
    await client.cancelPrebook(reader, Number(cancelled?.id))

    const top = await client.listPrebooks(reader, { status: 'waiting', limit: 1 })
    const rest = await client.listPrebooks(reader, { status: 'waiting', limit: 1, cursor: top.nextCursor })

    expect(top.items).toEqual([last])
    expect(rest).toEqual({ items: [first], nextCursor: null })
  })

  test('reject an invalid cursor and the cursor of another list', async () => {
    const reader = await shop.signUp()
    for (let n = 0; n < 2; n += 1) await shop.addBook(0)
    const { nextCursor: ofBooks } = await client.listBooks(reader, { limit: 1 })
    expect(ofBooks).toEqual(expect.any(String))

    for (const cursor of ['nonsense', 'MQ', ' ', 'x'.repeat(201), ofBooks]) {
      await expect(client.listPrebooks(reader, { cursor })).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: client.invalidStatus,
        field: 'cursor',
      })
    }
  })

  test.each([0, -1, 101, 1.5, 'x', '', true])('reject a limit of %j and name the field', async (limit) => {
    await expect(client.listPrebooks(shop.admin, { limit: limit as never })).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field: 'limit',
    })
  })

  test('reject an unknown status and name the field', async () => {
    await expect(client.listPrebooks(shop.admin, { status: 'lost' as never })).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field: 'status',
    })
  })

  test('reject an unknown filter and name it', async () => {
    await expect(client.listPrebooks(shop.admin, { state: 'waiting' } as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      field: 'state',
      paths: ['state'],
    })
  })
})

test('REST rejects a repeated parameter', async () => {
  const { status, body } = await request(shop.url, 'GET', '/prebooks?limit=1&limit=2', {
    token: shop.admin.token,
  })

  expect(status).toBe(422)
  expect(body).toMatchObject({ code: 'VALIDATION_ERROR', field: 'limit' })
})
