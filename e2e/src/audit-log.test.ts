import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClients } from './testing/api-clients.ts'
import { startShop, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

describe.each(apiClients)('the audit log through $name', (client) => {
  test('shows an admin who changed what, newest first, in pages', async () => {
    const book = await shop.addBook(0)
    const subject = `book:${book.id}`
    await client.setStock(shop.admin, book.id, 4)
    await client.setStock(shop.admin, book.id, 4)

    const all = await client.listAudit(shop.admin, { subject })
    expect(all).toEqual({
      items: [
        {
          id: expect.any(Number),
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          actorId: shop.admin.id,
          actorEmail: expect.stringContaining('@'),
          tokenId: null,
          tokenName: null,
          action: 'stock.set',
          subject,
          subjectEmail: null,
          subjectTokenName: null,
          details: { movementId: expect.any(Number), delta: 4, quantityAfter: 4 },
        },
        expect.objectContaining({ action: 'books.create', subject, details: { stockQuantity: 0 } }),
      ],
      nextCursor: null,
    })
    const first = await client.listAudit(shop.admin, { subject, actorId: shop.admin.id, limit: 1 })
    expect(first.items).toEqual(all.items.slice(0, 1))
    const cursor = first.nextCursor
    expect((await client.listAudit(shop.admin, { subject, limit: 1, cursor })).items).toEqual(
      all.items.slice(1),
    )
    const created = await client.listAudit(shop.admin, { subject, action: 'books.create' })
    expect(created.items).toEqual(all.items.slice(1))
  })

  test('is for admins only, and explains an invalid subject', async () => {
    const reader = await shop.signUp()
    await expect(client.listAudit(reader)).rejects.toMatchObject({ status: 403, reason: 'AUTH_FORBIDDEN' })
    await expect(client.listAudit(shop.anonymous())).rejects.toMatchObject({ status: 401 })
    await expect(client.listAudit(shop.admin, { subject: 'reader@example.org' })).rejects.toMatchObject({
      status: client.invalidStatus,
      paths: ['subject'],
    })
  })
})
