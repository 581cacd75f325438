import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { requireSignedIn } from '../context.ts'
import { createTestServer, testContext } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'
import { createPrebook } from './create-prebook.ts'

describe.each(engines)('a pre-booking whose session was checked, on $name,', (engine) => {
  test('is refused when the session has ended since', async () => {
    await using server = await createTestServer(engine)
    const bookId = await addBook(await server.admin())
    const [ada, bob] = [await server.reader(), await server.reader()]
    const context = await requireSignedIn(testContext(server.services, ada.token), true)
    await ada.call.auth.logout()
    await expect(createPrebook(context, { bookId })).rejects.toMatchObject({ reason: 'AUTH_REQUIRED' })
    await bob.call.prebooks.create({ bookId })
    expect(await bob.call.books.waitlist({ bookId })).toMatchObject({ waiting: 1 })
  })

  test('is refused when the account was deactivated since', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const bookId = await addBook(admin)
    const ada = await server.reader()
    const context = await requireSignedIn(testContext(server.services, ada.token), true)
    await admin.call.users.deactivate({ userId: ada.id })
    await expect(createPrebook(context, { bookId })).rejects.toMatchObject({
      reason: 'AUTH_ACCOUNT_DEACTIVATED',
    })
    await admin.call.users.reactivate({ userId: ada.id })
    await createPrebook(context, { bookId })
  })

  test('is refused when only another session of the account is left', async () => {
    await using server = await createTestServer(engine)
    const bookId = await addBook(await server.admin())
    const ada = await server.reader()
    const context = await requireSignedIn(testContext(server.services, ada.token), true)
    const other = await server.services.sessions.start(ada.id)
    await server.services.sessions.endAll(ada.id, other.token)
    await expect(createPrebook(context, { bookId })).rejects.toMatchObject({ reason: 'AUTH_REQUIRED' })
    await server.as(other.token).prebooks.create({ bookId })
  })
})

describe.each(engines)('an account that pre-books too often, on $name,', (engine) => {
  test('is refused for the rest of the hour; refusals and other accounts do not count', async () => {
    const clock = { now: Date.now() }
    await using server = await createTestServer(engine, () => clock.now, { prebooksPerHour: 3 })
    const [admin, ada, bob] = [await server.admin(), await server.reader(), await server.reader()]
    const bookId = await addBook(admin)
    const again = async () => {
      const { id } = await ada.call.prebooks.create({ bookId })
      await ada.call.prebooks.cancel({ prebookId: id })
    }
    await again()
    await again()
    for (let count = 0; count < 5; count += 1)
      await expect(ada.call.prebooks.create({ bookId: 987_654 })).rejects.toMatchObject({
        cause: { reason: 'BOOK_NOT_FOUND' },
      })
    const outcomes = await Promise.allSettled([again(), again(), again()])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(again()).rejects.toMatchObject({
      cause: { reason: 'RATE_LIMITED', retryAfterSeconds: 3_600 },
    })
    await bob.call.prebooks.create({ bookId })
    clock.now += 3_600_000
    await again()
  })
})
