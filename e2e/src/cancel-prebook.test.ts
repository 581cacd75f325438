import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused } from './testing/api-clients.ts'
import { request } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

describe.each(apiClients)('cancelling a pre-booking through $name', (door) => {
  test('it is then listed as cancelled, with the time', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await door.createPrebook(reader, book.id)

    await door.cancelPrebook(reader, prebook.id)

    const [listed] = (await door.listPrebooks(reader)).items
    expect(listed).toEqual({ ...prebook, status: 'cancelled', cancelledAt: expect.any(String) })
    expect(String(listed?.cancelledAt) >= prebook.createdAt).toBe(true)
  })

  test('a second time is refused, and the time stays that of the first', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await door.createPrebook(reader, book.id)
    await door.cancelPrebook(reader, id)
    const after = await door.listPrebooks(reader)

    await expect(door.cancelPrebook(reader, id)).rejects.toMatchObject({
      reason: 'PREBOOK_ALREADY_CANCELLED',
      status: 409,
    })
    expect(await door.listPrebooks(reader)).toEqual(after)
  })

  test('of ten tries at once exactly one succeeds', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await door.createPrebook(reader, book.id)

    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => door.cancelPrebook(reader, id)))

    const reasons = tries.flatMap((attempt) =>
      attempt.status === 'rejected' && attempt.reason instanceof Refused ? [attempt.reason.reason] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 9 }, () => 'PREBOOK_ALREADY_CANCELLED'))
  })

  test('one that does not exist is refused', async () => {
    await expect(door.cancelPrebook(await shop.signUp(), 987_654_321)).rejects.toMatchObject({
      reason: 'PREBOOK_NOT_FOUND',
      status: 404,
    })
  })

  test("somebody else's is refused, for admins too, and goes on waiting", async () => {
    const owner = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await door.createPrebook(owner, book.id)

    for (const other of [await shop.signUp(), shop.admin]) {
      await expect(door.cancelPrebook(other, prebook.id)).rejects.toMatchObject({
        reason: 'PREBOOK_NOT_FOUND',
        status: 404,
      })
    }
    expect((await door.listPrebooks(owner)).items).toEqual([prebook])
  })

  test('without a token it is refused, and the entry goes on waiting', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await door.createPrebook(reader, book.id)

    await expect(door.cancelPrebook(shop.stranger(), prebook.id)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    expect((await door.listPrebooks(reader)).items).toEqual([prebook])
  })

  test('the book can be pre-booked again, at the end of the queue, and both entries are listed', async () => {
    const [reader, other] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const first = await door.createPrebook(reader, book.id)
    await door.createPrebook(other, book.id)
    await door.cancelPrebook(reader, first.id)

    const second = await door.createPrebook(reader, book.id)

    expect(second.id).not.toBe(first.id)
    expect((await door.listPrebooks(reader)).items.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 'waiting'],
      [first.id, 'cancelled'],
    ])
    const places = await Promise.all([
      reader.client.prebooks.get.query({ prebookId: first.id }),
      reader.client.prebooks.get.query({ prebookId: second.id }),
    ])
    expect(places.map(({ queuePosition }) => queuePosition)).toEqual([null, 2])
  })

  test('a notified one can be cancelled and keeps the time when it was notified', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await door.createPrebook(reader, book.id)
    await door.setStock(shop.admin, book.id, 2)
    const [notified] = (await door.listPrebooks(reader)).items

    await door.cancelPrebook(reader, id)

    expect(notified).toMatchObject({ id, status: 'notified', notifiedAt: expect.any(String) })
    expect((await door.listPrebooks(reader)).items).toEqual([
      { ...notified, status: 'cancelled', cancelledAt: expect.any(String) },
    ])
  })
})

test('REST answers with 204 and no body', async () => {
  const reader = await shop.signUp()
  const book = await shop.addBook(0)
  const { id } = await reader.client.prebooks.create.mutate({ bookId: book.id })

  const { status, text, headers } = await request(shop.url, 'DELETE', `/prebooks/${id}`, {
    token: reader.token,
  })

  expect({ status, text, type: headers.get('content-type') }).toEqual({ status: 204, text: '', type: null })
})

test("somebody else's pre-booking and one that does not exist get the same answer, byte for byte", async () => {
  const [owner, other] = [await shop.signUp(), await shop.signUp()]
  const book = await shop.addBook(0)
  const theirs = await owner.client.prebooks.create.mutate({ bookId: book.id })
  const unknown = theirs.id + 1_000_000
  const { token } = other

  const answers = async (prebookId: number) => {
    const rest = await request(shop.url, 'DELETE', `/prebooks/${prebookId}`, { token })
    const cancel = await request(shop.url, 'POST', '/trpc/prebooks.cancel', { token, body: { prebookId } })
    const input = encodeURIComponent(JSON.stringify({ prebookId }))
    const get = await request(shop.url, 'GET', `/trpc/prebooks.get?input=${input}`, { token })
    return [rest, cancel, get].map(({ status, text }) => [status, text])
  }
  expect(await answers(theirs.id)).toEqual(await answers(unknown))
  expect((await answers(unknown)).map(([status]) => status)).toEqual([404, 404, 404])
})
