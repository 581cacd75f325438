import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer } from '../testing/server.ts'

describe.each(engines)('one prebook on $name', (engine) => {
  test('has a queue position only while it is waiting', async () => {
    await using server = await createTestServer(engine)
    const [admin, ada, bob] = [await server.admin(), await server.reader(), await server.reader()]
    const { id: bookId } = await admin.call.books.create({
      title: 'Solaris',
      author: 'Stanisław Lem',
      priceCents: 1299,
    })
    const first = await ada.call.prebooks.create({ bookId })
    const second = await bob.call.prebooks.create({ bookId })
    const position = async () => (await bob.call.prebooks.get({ prebookId: second.id })).queuePosition

    expect(await position()).toBe(2)
    await ada.call.prebooks.cancel({ prebookId: first.id })
    expect(await position()).toBe(1)
    expect(await ada.call.prebooks.get({ prebookId: first.id })).toMatchObject({
      status: 'cancelled',
      queuePosition: null,
    })
    await admin.call.stock.set({ bookId, quantity: 1 })
    expect(await position()).toBeNull()
  })
})
