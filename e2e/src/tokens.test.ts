import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

describe.each(apiClients)('a token through $name', (client) => {
  test('does what its scopes allow, under its own name, until it is revoked', async () => {
    const { token, ...created } = await client.createToken(shop.admin, {
      name: 'Till',
      scopes: ['stock:write'],
      expiresInDays: 30,
    })
    expect(token).toMatch(/^pbk_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/)
    expect(created).toMatchObject({ name: 'Till', scopes: ['stock:write'], status: 'active' })
    const till = shop.anonymous(token)
    const book = await shop.addBook(0)
    expect(await client.setStock(till, book.id, 4)).toMatchObject({ stockQuantity: 4 })
    expect((await client.listAudit(shop.admin, { tokenId: created.id })).items).toMatchObject([
      { actorId: null, actorEmail: null, tokenId: created.id, tokenName: 'Till', action: 'stock.set' },
    ])

    const lacking = { status: 403, reason: 'AUTH_SCOPE_MISSING' }
    const newBook = { title: 'Dune', author: 'Frank Herbert', priceCents: 999 }
    await expect(client.createBook(till, newBook)).rejects.toMatchObject(lacking)
    const forbidden = { status: 403, reason: 'AUTH_FORBIDDEN' }
    await expect(client.createToken(till, { name: 'Another', scopes: [] })).rejects.toMatchObject(forbidden)
    await expect(client.createPrebook(till, book.id)).rejects.toMatchObject(forbidden)

    const rotated = await client.rotateToken(shop.admin, created.id, 1)
    expect(rotated).toMatchObject({ id: created.id, overlapEndsAt: expect.any(String) })
    for (const text of [token, rotated.token])
      expect(await client.setStock(shop.anonymous(text), book.id, 5)).toMatchObject({ stockQuantity: 5 })

    await client.revokeToken(shop.admin, created.id)
    const refused = { status: 401, reason: 'AUTH_REQUIRED' }
    for (const text of [token, rotated.token])
      await expect(client.setStock(shop.anonymous(text), book.id, 6)).rejects.toMatchObject(refused)
    const { items } = await client.listTokens(shop.admin, { createdBy: shop.admin.id, isActive: false })
    expect(items[0]).toMatchObject({ id: created.id, status: 'revoked', lastUsedAt: expect.any(String) })
    expect(items[0]).not.toHaveProperty('token')
  })

  test('that does not exist cannot be rotated or revoked, and only admins see tokens', async () => {
    const notFound = { status: 404, reason: 'TOKEN_NOT_FOUND' }
    await expect(client.revokeToken(shop.admin, 999_999)).rejects.toMatchObject(notFound)
    await expect(client.rotateToken(shop.admin, 999_999, 0)).rejects.toMatchObject(notFound)
    await expect(client.rotateToken(shop.admin, 1, 169)).rejects.toMatchObject({
      status: client.invalidStatus,
      field: client.field('overlapHours'),
    })
    await expect(client.listTokens(await shop.signUp())).rejects.toMatchObject({ reason: 'AUTH_FORBIDDEN' })
  })
})
