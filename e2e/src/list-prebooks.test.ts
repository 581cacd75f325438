import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, type ApiClient, type Prebook } from './testing/api-clients.ts'
import { request } from './testing/http-request.ts'
import { openBeside, startShop, type Person, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

/** Pre-books so many new books, one after another; the oldest entry comes first. */
async function prebookSeveral(door: ApiClient, reader: Person, count: number): Promise<Prebook[]> {
  const prebooks = []
  for (let n = 0; n < count; n += 1) {
    const book = await shop.addBook(0)
    prebooks.push(await door.createPrebook(reader, book.id))
  }
  return prebooks
}

describe.each(apiClients)('my pre-bookings through $name', (door) => {
  test('a new account has none', async () => {
    expect(await door.listPrebooks(await shop.signUp())).toStrictEqual({ items: [], nextCursor: null })
  })

  test('the newest comes first', async () => {
    const reader = await shop.signUp()
    const [older, newer] = await prebookSeveral(door, reader, 2)

    expect(await door.listPrebooks(reader)).toStrictEqual({ items: [newer, older], nextCursor: null })
  })

  test.each([
    ['share one millisecond', '1800000000000'],
    ['were made while the clock went backwards', '1800000000000 - 1000 * id'],
  ])('entries that %s keep their order, the later one first, over all pages', async (_how, createdAt) => {
    const reader = await shop.signUp()
    const ids = (await prebookSeveral(door, reader, 5)).map(({ id }) => id)
    using database = openBeside(shop)
    database.exec(`update prebooks set created_at = ${createdAt} where user_id = ${reader.id}`)

    const top = await door.listPrebooks(reader, { limit: 3 })
    const rest = await door.listPrebooks(reader, { limit: 3, cursor: top.nextCursor })

    const listed = [...top.items, ...rest.items]
    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed())
    const times = listed.map((item) => item.createdAt)
    expect(times).toEqual(times.toSorted())
  })

  test('entries made at once are listed in one order, the later one first', async () => {
    const reader = await shop.signUp()
    const books = await Promise.all(Array.from({ length: 20 }, () => shop.addBook(0)))

    const created = await Promise.all(books.map((book) => door.createPrebook(reader, book.id)))

    const newestFirst = created.toSorted((a, b) => b.id - a.id)
    expect(await door.listPrebooks(reader)).toEqual({ items: newestFirst, nextCursor: null })
  })

  test('each title and author stands with its entry', async () => {
    const reader = await shop.signUp()
    const first = await shop.addBook(0, { title: 'Ficciones', author: 'Jorge Luis Borges' })
    const second = await shop.addBook(0, { title: 'La casa de los espíritus', author: 'Isabel Allende' })
    for (const book of [first, second]) await door.createPrebook(reader, book.id)

    const { items } = await door.listPrebooks(reader)

    expect(items.map((item) => [item.bookId, item.bookTitle, item.bookAuthor])).toEqual([
      [second.id, 'La casa de los espíritus', 'Isabel Allende'],
      [first.id, 'Ficciones', 'Jorge Luis Borges'],
    ])
  })

  test('nobody sees what somebody else pre-booked, not even an admin', async () => {
    const [reader, other] = [await shop.signUp(), await shop.signUp()]
    const [mine] = await prebookSeveral(door, reader, 1)

    expect((await door.listPrebooks(other)).items).toEqual([])
    expect((await door.listPrebooks(shop.admin)).items).not.toContainEqual(mine)
    expect((await door.listPrebooks(reader)).items).toEqual([mine])
  })

  test('every status is shown unless one is named', async () => {
    const reader = await shop.signUp()
    const [waiting, notified, cancelled] = (await prebookSeveral(door, reader, 3)).map(({ id }) => id)
    const { items: before } = await door.listPrebooks(reader)
    await door.setStock(shop.admin, Number(before[1]?.bookId), 3)
    await door.cancelPrebook(reader, Number(cancelled))

    const statuses = (await door.listPrebooks(reader)).items.map(({ id, status }) => [id, status])
    expect(statuses).toEqual([
      [cancelled, 'cancelled'],
      [notified, 'notified'],
      [waiting, 'waiting'],
    ])
    for (const [id, status] of statuses as [number, Prebook['status']][]) {
      const { items, nextCursor } = await door.listPrebooks(reader, { status })
      expect(items.map((item) => [item.id, item.status])).toEqual([[id, status]])
      expect(nextCursor).toBeNull()
    }
  })

  test('without a token it is refused', async () => {
    await expect(door.listPrebooks(shop.stranger())).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
  })
})

describe.each(apiClients)('pages of my pre-bookings through $name', (door) => {
  test('follow one another without gap or repetition, and the last one says so', async () => {
    const reader = await shop.signUp()
    const ids = (await prebookSeveral(door, reader, 5)).map(({ id }) => id)

    const pages = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await door.listPrebooks(reader, { limit: 2, ...(cursor !== undefined && { cursor }) })
      pages.push(page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }

    const [a, b, c, d, e] = ids
    expect(pages).toEqual([[e, d], [c, b], [a]])
  })

  test('a last page that is full says that it is the last', async () => {
    const reader = await shop.signUp()
    await prebookSeveral(door, reader, 2)

    expect((await door.listPrebooks(reader, { limit: 2 })).nextCursor).toBeNull()
  })

  test('go on where they were when something new comes in between', async () => {
    const reader = await shop.signUp()
    const [first, second, third] = await prebookSeveral(door, reader, 3)
    const top = await door.listPrebooks(reader, { limit: 2 })
    await prebookSeveral(door, reader, 1)

    const rest = await door.listPrebooks(reader, { limit: 2, cursor: top.nextCursor })

    expect(top.items).toEqual([third, second])
    expect(rest).toEqual({ items: [first], nextCursor: null })
  })

  test('keep to the status that was named', async () => {
    const reader = await shop.signUp()
    const [first, gone, last] = await prebookSeveral(door, reader, 3)
    await door.cancelPrebook(reader, Number(gone?.id))

    const top = await door.listPrebooks(reader, { status: 'waiting', limit: 1 })
    const rest = await door.listPrebooks(reader, { status: 'waiting', limit: 1, cursor: top.nextCursor })

    expect(top.items).toEqual([last])
    expect(rest).toEqual({ items: [first], nextCursor: null })
  })

  test('refuse a cursor that is none, and one of another list', async () => {
    const reader = await shop.signUp()
    for (let n = 0; n < 2; n += 1) await shop.addBook(0)
    const { nextCursor: ofBooks } = await door.listBooks(reader, { limit: 1 })
    expect(ofBooks).toEqual(expect.any(String))

    for (const cursor of ['nonsense', 'MQ', ' ', 'x'.repeat(201), ofBooks]) {
      await expect(door.listPrebooks(reader, { cursor })).rejects.toMatchObject({
        reason: 'VALIDATION_ERROR',
        status: door.invalidStatus,
        field: 'cursor',
      })
    }
  })

  test.each([0, -1, 101, 1.5, 'x', '', true])('refuse a limit of %j by name', async (limit) => {
    await expect(door.listPrebooks(shop.admin, { limit: limit as never })).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: door.invalidStatus,
      field: 'limit',
    })
  })

  test('refuse a status that does not exist by name', async () => {
    await expect(door.listPrebooks(shop.admin, { status: 'lost' as never })).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: door.invalidStatus,
      field: 'status',
    })
  })

  test('a filter that does not exist is refused by name, not ignored', async () => {
    await expect(door.listPrebooks(shop.admin, { state: 'waiting' } as never)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      field: 'state',
      paths: ['state'],
    })
  })
})

test('REST refuses a parameter that is given twice', async () => {
  const { status, body } = await request(shop.url, 'GET', '/prebooks?limit=1&limit=2', {
    token: shop.admin.token,
  })

  expect(status).toBe(422)
  expect(body).toMatchObject({ code: 'VALIDATION_ERROR', field: 'limit' })
})
