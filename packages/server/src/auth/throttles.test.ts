import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openStore, type OpenStoreOptions, type Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createThrottles, network, type ThrottleLimits } from './throttles.ts'

const HOUR = 3_600_000
const refused = { reason: 'RATE_LIMITED' }

describe.each(engines)('throttles on $name', (engine) => {
  /** Throttles on a fresh database with a clock that tests can advance; `another` opens a separate connection. */
  async function onFreshDatabase(limits: Partial<ThrottleLimits>) {
    const stack = new AsyncDisposableStack()
    const patient = { lockWaitMs: 25_000 }
    const { store, url } = stack.use(await engine.create(patient))
    const clock = { now: Date.UTC(2026, 5, 1) }
    const all = { registrationsPerHour: 1, loginFailuresPerHour: 1, ...limits }
    const on = (opened: Store) => createThrottles(opened, all, () => clock.now)
    return {
      store,
      clock,
      throttles: on(store),
      another: async (options: OpenStoreOptions = patient) =>
        on(stack.adopt(await openStore(url, options), (opened) => opened.close())),
      rows: () => store.read((reader) => reader.selectFrom('throttle_counts').selectAll().execute()),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  }

  test('limit failed sign-ins per address', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 3 })
    const { throttles } = database
    for (const name of ['a', 'b', 'c']) await throttles.login('192.0.2.1', name)
    await expect(throttles.login('192.0.2.1', 'd')).rejects.toMatchObject(refused)
    await expect(throttles.login('192.0.2.2', 'd')).resolves.toBeTypeOf('function')
  })

  test('limit failed sign-ins per account, from any address', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 3 })
    const { throttles } = database
    for (const host of [1, 2, 3]) await throttles.login(`192.0.2.${host}`, 'a')
    await expect(throttles.login('192.0.2.4', 'a')).rejects.toMatchObject(refused)
  })

  test('limit registrations per address, independently of sign-ins', async () => {
    await using database = await onFreshDatabase({ registrationsPerHour: 2, loginFailuresPerHour: 1 })
    const { throttles } = database
    await throttles.login('192.0.2.1', 'a')
    for (const _ of [1, 2]) await throttles.registration('192.0.2.1')
    await expect(throttles.registration('192.0.2.1')).rejects.toMatchObject(refused)
    await expect(throttles.registration('192.0.2.2')).resolves.toBeUndefined()
  })

  test('do not count successful sign-ins', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { throttles } = database
    for (let times = 0; times < 10; times += 1) {
      const succeeded = await throttles.login('192.0.2.1', 'a')
      await expect(succeeded()).resolves.toBeUndefined()
    }
  })

  test('count nothing when they reject: a full account does not count against the address, nor the reverse', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { throttles } = database
    for (const host of [1, 2]) await throttles.login(`192.0.2.${host}`, 'a')
    const before = await database.rows()
    for (const _ of [1, 2, 3]) await expect(throttles.login('192.0.2.9', 'a')).rejects.toMatchObject(refused)
    expect(await database.rows()).toEqual(before)
    for (const name of ['b', 'c']) await throttles.login('192.0.2.9', name)
    for (const _ of [1, 2, 3]) await expect(throttles.login('192.0.2.9', 'd')).rejects.toMatchObject(refused)
    for (const host of [3, 4]) await throttles.login(`192.0.2.${host}`, 'd')
  })

  test('count each of many concurrent guesses, across two processes', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 5 })
    const both = [database.throttles, await database.another()]
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => both[index % 2]?.login('192.0.2.1', 'a')),
    )
    const reasons: unknown[] = tries.flatMap((attempt) =>
      attempt.status === 'rejected' ? [attempt.reason] : [],
    )
    expect(reasons).toHaveLength(45)
    for (const reason of reasons) expect(reason).toMatchObject({ ...refused, retryAfterSeconds: 3_600 })
  })

  test('never deadlock when pairs of counts are taken and released concurrently', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 50 })
    const both = [database.throttles, await database.another()]
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const succeeded = await both[index % 2]?.login(`192.0.2.${index % 3}`, `account ${index % 4}`)
        await succeeded?.()
      }),
    )
    expect((await database.rows()).map(({ tries }) => tries)).toEqual(Array(7).fill(0))
  })

  test('give the exact number of seconds to wait, and allow the attempt after that', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { throttles, clock } = database
    await throttles.login('192.0.2.1', 'a')
    const waits: [passed: number, seconds: number][] = [
      [0, 3_600],
      [1, 3_600],
      [999, 3_599],
      [1_800_000, 1_799],
      [HOUR - 1_801_001, 1],
    ]
    for (const [passed, retryAfterSeconds] of waits) {
      clock.now += passed
      await expect(throttles.login('192.0.2.1', 'a')).rejects.toMatchObject({ ...refused, retryAfterSeconds })
    }
    clock.now += 1
    await expect(throttles.login('192.0.2.1', 'a')).resolves.toBeTypeOf('function')
  })

  test('apply to a process that starts later', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    await database.throttles.login('192.0.2.1', 'a')
    const later = await database.another()
    await expect(later.login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
  })

  test('store neither e-mail addresses nor network addresses', async () => {
    await using database = await onFreshDatabase({})
    await database.throttles.login('192.0.2.1', 'ann@example.org')
    await database.throttles.registration('192.0.2.1')
    const rows = await database.rows()
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toMatch(/ann|example|192/)
    // A plain hash could be looked up in a precomputed table.
    const plain = ['ann@example.org', '192.0.2.1'].map((text) =>
      createHash('sha256').update(text).digest('hex'),
    )
    for (const { key } of rows) expect(plain).not.toContain(key)
  })

  test('delete expired counts on a sweep', async () => {
    await using database = await onFreshDatabase({})
    const { throttles, clock } = database
    await throttles.login('192.0.2.1', 'a')
    clock.now += HOUR - 1
    await throttles.registration('192.0.2.1')
    await throttles.sweep()
    expect(await database.rows()).toHaveLength(3)
    clock.now += 1
    await throttles.sweep()
    expect(await database.rows()).toHaveLength(1)
  })

  test('reject sign-ins that cannot be counted', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { throttles, store } = database
    const impatient = await database.another({ lockWaitMs: 200 })
    await throttles.login('192.0.2.1', 'a')
    const before = await database.rows()
    const released = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holding = store.write(async (tx) => {
      await tx.updateTable('throttle_counts').set({ tries: 1 }).execute()
      locked.resolve()
      await released.promise
    })
    await locked.promise
    await expect(impatient.login('192.0.2.1', 'a')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    released.resolve()
    await holding
    expect(await database.rows()).toEqual(before)
    await expect(impatient.login('192.0.2.1', 'a')).resolves.toBeTypeOf('function')
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::6', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('the address %s counts as %s', (address, expected) => {
  expect(network(address)).toBe(expected)
})
