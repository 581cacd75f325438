import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createTestServer, joinTestServer } from '../testing/server.ts'
import { until } from '../testing/mail-shop.ts'
import { addBook, watchPrebooks } from '../testing/watcher.ts'

// Long, so that what arrives is not from a poll.
const options = { resyncMs: 3_600_000 }
const year = new Date().getUTCFullYear() + 1

describe.each(engines)('a reader who watches on $name', (engine) => {
  test('sees a changed date at once, and others see nothing', async () => {
    await using server = await createTestServer(engine, Date.now, options)
    const [admin, reader, other] = [await server.admin(), await server.reader(), await server.reader()]
    const [bookId, otherBookId] = [await addBook(admin), await addBook(admin, 'Another')]
    await reader.call.prebooks.create({ bookId })
    await other.call.prebooks.create({ bookId: otherBookId })
    using watcher = await watchPrebooks(server, reader.token)
    using bystander = await watchPrebooks(server, other.token)
    await until('both are connected', () => (watcher.items[0] && bystander.items[0] ? true : undefined))
    const dates = [`${year}-03`, `${year}-04`, null]
    for (const [index, expectedOn] of dates.entries()) {
      await admin.call.books.expect({ bookId, expectedOn })
      await until('it arrives', () => watcher.items[index + 1])
    }
    expect(watcher.items.map(({ bookExpectedOn }) => bookExpectedOn)).toEqual([null, ...dates])
    await admin.call.books.expect({ bookId, expectedOn: `${year}-05` })
    await admin.call.stock.set({ bookId, quantity: 1 })
    await until('the restock arrives', () => watcher.items.find(({ status }) => status === 'notified'))
    expect(watcher.items.at(-1)).toMatchObject({ status: 'notified', bookExpectedOn: null })
    expect(bystander.items).toHaveLength(1)
  })
})

describe.each(engines.filter(({ name }) => name === 'postgres'))(
  'a reader who watches another process on $name',
  (engine) => {
    test('sees a changed date at once', async () => {
      await using server = await createTestServer(engine, Date.now, options)
      await using process = await joinTestServer(
        server.url,
        (url) => engine.openForRaces(url, { locks: true }),
        Date.now,
        options,
      )
      process.services.live.listen()
      const [admin, reader] = [await server.admin(), await server.reader()]
      const bookId = await addBook(admin)
      await reader.call.prebooks.create({ bookId })
      using watcher = await watchPrebooks(process, reader.token)
      await until('it is connected', () => watcher.items[0])
      let changes = 0
      await until('it arrives', async () => {
        // A process that does not listen yet misses the first ones.
        changes += 1
        await admin.call.books.expect({ bookId, expectedOn: `${year}-0${(changes % 2) + 1}` })
        return watcher.items[1]
      })
      expect(watcher.items.at(-1)?.bookExpectedOn).toMatch(new RegExp(`^${year}-`))
    })
  },
)
