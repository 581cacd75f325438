import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const deactivated = { reason: 'AUTH_ACCOUNT_DEACTIVATED', status: 403 }

describe.each(apiClients)('a deactivated account through $name', (client) => {
  test('is refused from its next request on, and its token works again after reactivation', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    const prebook = await client.createPrebook(reader, book.id)

    await shop.admin.client.users.deactivate.mutate({ userId: reader.id })
    await expect(client.listPrebooks(reader)).rejects.toMatchObject(deactivated)
    await expect(client.createPrebook(reader, book.id)).rejects.toMatchObject(deactivated)
    await expect(client.cancelPrebook(reader, prebook.id)).rejects.toMatchObject(deactivated)
    await expect(client.logout(reader)).rejects.toMatchObject(deactivated)

    await shop.admin.client.users.reactivate.mutate({ userId: reader.id })
    expect(await client.listPrebooks(reader)).toEqual({ items: [prebook], nextCursor: null })
  })

  test('keeps its place in the queue and becomes notified like the others', async () => {
    const [reader, other] = [await shop.signUp(), await shop.signUp()]
    const book = await shop.addBook(0)
    for (const person of [reader, other]) await client.createPrebook(person, book.id)
    await shop.admin.client.users.deactivate.mutate({ userId: reader.id })

    await client.setStock(shop.admin, book.id, 1)

    await shop.admin.client.users.reactivate.mutate({ userId: reader.id })
    const [theirs] = (await client.listPrebooks(other)).items
    expect((await client.listPrebooks(reader)).items).toMatchObject([
      { status: 'notified', notifiedAt: theirs?.notifiedAt },
    ])
    expect(theirs?.status).toBe('notified')
  })

  test('learns at sign-in that it is deactivated, but only with the right password', async () => {
    const { id, email, password } = await shop.signUp()
    await shop.admin.client.users.deactivate.mutate({ userId: id })

    await expect(client.login(shop.anonymous(), { email, password })).rejects.toMatchObject(deactivated)
    await expect(client.login(shop.anonymous(), { email, password: 'another one' })).rejects.toMatchObject({
      reason: 'AUTH_INVALID_CREDENTIALS',
      status: 401,
    })
    await shop.admin.client.users.reactivate.mutate({ userId: id })
    expect(await client.login(shop.anonymous(), { email, password })).toMatchObject({
      token: expect.any(String),
    })
  })

  test('can still read the public catalogue', async () => {
    const reader = await shop.signUp()
    const book = await shop.addBook(0)
    await shop.admin.client.users.deactivate.mutate({ userId: reader.id })

    expect(await client.getBook(reader, book.id)).toEqual(book)
  })
})

describe('deactivating', () => {
  test('returns the updated account and can be repeated', async () => {
    const { id, email } = await shop.signUp()
    const { users } = shop.admin.client

    for (const isActive of [false, false, true, true]) {
      const change = isActive ? users.reactivate : users.deactivate
      const account = await change.mutate({ userId: id })
      expect(account).toStrictEqual({
        id,
        email,
        role: 'reader',
        isActive,
        mailOptOut: false,
        createdAt: expect.any(String),
        activeTokens: 0,
      })
    }
  })

  test('makes auth.me return an error, not null', async () => {
    const reader = await shop.signUp()
    await shop.admin.client.users.deactivate.mutate({ userId: reader.id })

    await expect(reader.client.auth.me.query()).rejects.toMatchObject({
      data: { reason: 'AUTH_ACCOUNT_DEACTIVATED', httpStatus: 403 },
    })
  })

  test('the last admin is refused, and the admin stays active', async () => {
    await expect(shop.admin.client.users.deactivate.mutate({ userId: shop.admin.id })).rejects.toMatchObject({
      data: { reason: 'USER_LAST_ADMIN', httpStatus: 409 },
    })
    expect(await shop.admin.client.auth.me.query()).toMatchObject({ id: shop.admin.id, isActive: true })
  })

  test('a missing account is refused', async () => {
    const { users } = shop.admin.client
    for (const change of [users.deactivate, users.reactivate]) {
      await expect(change.mutate({ userId: 987_654_321 })).rejects.toMatchObject({
        data: { reason: 'USER_NOT_FOUND', httpStatus: 404, field: 'userId' },
      })
    }
  })

  test('requires an admin, and a refusal changes nothing', async () => {
    const [reader, victim] = [await shop.signUp(), await shop.signUp()]
    const cases = [
      { caller: reader, reason: 'AUTH_FORBIDDEN' },
      { caller: shop.anonymous(), reason: 'AUTH_REQUIRED' },
    ]
    for (const { caller, reason } of cases) {
      const { users } = caller.client
      await expect(users.deactivate.mutate({ userId: victim.id })).rejects.toMatchObject({ data: { reason } })
      await expect(users.reactivate.mutate({ userId: victim.id })).rejects.toMatchObject({ data: { reason } })
    }
    expect(await victim.client.auth.me.query()).toMatchObject({ id: victim.id, isActive: true })
  })
})
