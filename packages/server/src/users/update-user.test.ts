import { bound, WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '@prebook/db/testing'
import { createRaceFixture } from '../proof/race-fixture.ts'
import { adminAgainstAdmin } from '../proof/races.ts'
import { createTestServer } from '../testing/server.ts'
import { addBook, watchStock } from '../testing/watcher.ts'

const BOUND_MS = bound(240_000)

describe.each(engines)('changing an account on $name', (engine) => {
  test('a new role holds from the next request, and staff see no addresses', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin, 'Dune')
    await reader.call.prebooks.create({ bookId })
    await expect(reader.call.demand.waitlist({ bookId })).rejects.toMatchObject({
      cause: { reason: 'AUTH_FORBIDDEN', message: 'Only staff and admins can do this.' },
    })

    const { email } = await admin.call.users.setRole({ userId: reader.id, role: 'staff' })
    const staff = reader
    const forStaff = await staff.call.demand.waitlist({ bookId })
    expect(forStaff.items).toMatchObject([{ userId: reader.id, email: null }])
    expect((await admin.call.demand.waitlist({ bookId })).items).toMatchObject([{ email }])
    await staff.call.stock.set({ bookId, quantity: 4 })
    expect((await staff.call.stock.history({ bookId })).items).toMatchObject([
      { actorId: staff.id, actorEmail: null },
    ])
    expect((await admin.call.stock.history({ bookId })).items).toMatchObject([{ actorEmail: email }])
    using watcher = await watchStock(server, staff.token, { afterMovementId: 0 })
    await vi.waitFor(() => expect(watcher.items).toMatchObject([{ actorEmail: null }]), WAIT)
    await expect(staff.call.users.list({})).rejects.toMatchObject({
      cause: { reason: 'AUTH_FORBIDDEN', message: 'Only admins can do this.' },
    })
  })

  test('a stream ends when its account loses the role', async () => {
    await using server = await createTestServer(engine, Date.now, { resyncMs: 3_600_000 })
    const [admin, person] = [await server.admin(), await server.reader()]
    await admin.call.users.setRole({ userId: person.id, role: 'staff' })
    using watcher = await watchStock(server, person.token)
    await vi.waitFor(() => expect(server.services.live.count('stock')).toBe(1), WAIT)
    await admin.call.users.setRole({ userId: person.id, role: 'reader' })
    expect(await watcher.ended).toMatchObject({ reason: 'AUTH_FORBIDDEN' })
  })

  test('role and activity change together or not at all', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const update = { userId: reader.id, role: 'staff', isActive: false } as const
    expect(await admin.call.users.update(update)).toMatchObject({ role: 'staff', isActive: false })
    expect(await admin.call.users.reactivate({ userId: reader.id })).toMatchObject({
      role: 'staff',
      isActive: true,
    })
    await expect(
      admin.call.users.update({ userId: admin.id, role: 'staff', isActive: true }),
    ).rejects.toMatchObject({ cause: { reason: 'USER_LAST_ADMIN', field: 'userId' } })
    await expect(admin.call.users.setRole({ userId: 999_999, role: 'staff' })).rejects.toMatchObject({
      cause: { reason: 'USER_NOT_FOUND', field: 'userId' },
    })
  })

  test('an admin can be deactivated while another one is active', async () => {
    await using server = await createTestServer(engine)
    const [first, second] = [await server.admin(), await server.admin()]
    await first.call.users.deactivate({ userId: second.id })
    await expect(second.call.users.list({})).rejects.toMatchObject({
      cause: { reason: 'AUTH_ACCOUNT_DEACTIVATED' },
    })
    await expect(first.call.users.deactivate({ userId: first.id })).rejects.toMatchObject({
      cause: { reason: 'USER_LAST_ADMIN' },
    })
    await first.call.users.reactivate({ userId: second.id })
    await second.call.users.setRole({ userId: first.id, role: 'reader' })
    expect((await second.call.users.list({ role: 'admin' })).items.map(({ id }) => id)).toEqual([second.id])
  })

  test('two admins who remove each other leave one', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: true })
    expect(await adminAgainstAdmin(shop, 200)).toEqual([])
  })

  test('without the lock, the same race leaves none', { timeout: BOUND_MS }, async () => {
    await using shop = await createRaceFixture(engine, { locks: false })
    expect(await adminAgainstAdmin(shop, 200)).toContain('0 active admins')
  })
})
