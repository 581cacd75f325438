import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients, Refused } from './testing/api-clients.ts'
import { request, withoutRequestId } from './testing/http-request.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

describe.each(apiClients)('cancelling a pre-booking through $name', (client) => {
  test('lists it as cancelled with the time', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(reader, book.id)

    await client.cancelPrebook(reader, prebook.id)

    const [listed] = (await client.listPrebooks(reader)).items
    expect(listed).toEqual({
      ...prebook,
      status: 'cancelled',
      cancelledAt: expect.any(String),
      cancelledBy: 'reader',
    })
    expect(String(listed?.cancelledAt) >= prebook.createdAt).toBe(true)
  })

  test('is refused the second time, and the first time is kept', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await client.createPrebook(reader, book.id)
    await client.cancelPrebook(reader, id)
    const after = await client.listPrebooks(reader)

    await expect(client.cancelPrebook(reader, id)).rejects.toMatchObject({
      reason: 'PREBOOK_ALREADY_CANCELLED',
      status: 409,
    })
    expect(await client.listPrebooks(reader)).toEqual(after)
  })

  test('succeeds exactly once for ten concurrent requests', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await client.createPrebook(reader, book.id)

    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => client.cancelPrebook(reader, id)))

    const reasons = tries.flatMap((attempt) =>
      attempt.status === 'rejected' && attempt.reason instanceof Refused ? [attempt.reason.reason] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 9 }, () => 'PREBOOK_ALREADY_CANCELLED'))
  })

  test('is refused if it does not exist', async () => {
    await expect(client.cancelPrebook(await shop.signUp(), 987_654_321)).rejects.toMatchObject({
      reason: 'PREBOOK_NOT_FOUND',
      status: 404,
    })
  })

  test('of another reader is refused, even for admins, and the pre-booking keeps waiting', async () => {
    const owner = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(owner, book.id)

    for (const other of [await shop.signUp(), shop.admin]) {
      await expect(client.cancelPrebook(other, prebook.id)).rejects.toMatchObject({
        reason: 'PREBOOK_NOT_FOUND',
        status: 404,
      })
    }
    expect((await client.listPrebooks(owner)).items).toEqual([prebook])
  })

  test('is refused without a token, and the pre-booking keeps waiting', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(reader, book.id)

    await expect(client.cancelPrebook(shop.anonymous(), prebook.id)).rejects.toMatchObject({
      reason: 'AUTH_REQUIRED',
      status: 401,
    })
    expect((await client.listPrebooks(reader)).items).toEqual([prebook])
  })

  test('allows a new pre-booking at the end of the queue, and both are listed', async () => {
    const [reader, other] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    const first = await client.createPrebook(reader, book.id)
    await client.createPrebook(other, book.id)
    await client.cancelPrebook(reader, first.id)

    const second = await client.createPrebook(reader, book.id)

    expect(second.id).not.toBe(first.id)
    expect((await client.listPrebooks(reader)).items.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 'waiting'],
      [first.id, 'cancelled'],
    ])
    const shown = await Promise.all([
      reader.client.prebooks.get.query({ prebookId: first.id }),
      reader.client.prebooks.get.query({ prebookId: second.id }),
    ])
    expect(shown.map(({ queuePosition }) => queuePosition)).toEqual([null, 2])
  })

  test('works after it was notified, and keeps the notification time', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const { id } = await client.createPrebook(reader, book.id)
    await client.setStock(shop.admin, book.id, 2)
    const [notified] = (await client.listPrebooks(reader)).items

    await client.cancelPrebook(reader, id)

    expect(notified).toMatchObject({ id, status: 'notified', notifiedAt: expect.any(String) })
    expect((await client.listPrebooks(reader)).items).toEqual([
      { ...notified, status: 'cancelled', cancelledAt: expect.any(String), cancelledBy: 'reader' },
    ])
  })
})

test('REST responds with 204 and no body', async () => {
  const reader = await shop.signUp()
  const book = await shop.addBook(0)
  const { id } = await reader.client.prebooks.create.mutate({ bookId: book.id })

  const { status, text, headers } = await request(shop.url, 'DELETE', `/prebooks/${id}`, {
    token: reader.token,
  })

  expect({ status, text, type: headers.get('content-type') }).toEqual({ status: 204, text: '', type: null })
})

test('the pre-booking of another reader and a missing one get the same responses', async () => {
  const [owner, other] = [await shop.signUp(), await shop.signUp()]
  const book = await shop.addBook(0)
  const theirs = await owner.client.prebooks.create.mutate({ bookId: book.id })
  const missing = theirs.id + 1_000_000
  const { token } = other

  const answers = async (prebookId: number) => {
    const rest = await request(shop.url, 'DELETE', `/prebooks/${prebookId}`, { token })
    const cancel = await request(shop.url, 'POST', '/trpc/prebooks.cancel', { token, body: { prebookId } })
    const input = encodeURIComponent(JSON.stringify({ prebookId }))
    const get = await request(shop.url, 'GET', `/trpc/prebooks.get?input=${input}`, { token })
    return [rest, cancel, get].map((answer) => [answer.status, withoutRequestId(answer)])
  }
  expect(await answers(theirs.id)).toEqual(await answers(missing))
  expect((await answers(missing)).map(([status]) => status)).toEqual([404, 404, 404])
})
