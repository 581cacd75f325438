import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openStore, type OpenStoreOptions, type Store } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createSigningKey } from './signing-key.ts'
import { createThrottles, network, type ThrottleLimits, type Throttles } from './throttles.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const refused = { reason: 'RATE_LIMITED' }

describe.each(engines)('throttles on $name', (engine) => {
  /** Throttles on a fresh database with a clock that tests can advance; `another` opens a separate connection. */
  async function onFreshDatabase(limits: Partial<ThrottleLimits>) {
    const stack = new AsyncDisposableStack()
    const patient = { lockWaitMs: 25_000 }
    const { store, url } = stack.use(await engine.create(patient))
    const clock = { now: Date.UTC(2026, 5, 1) }
    const all = { registrationsPerHour: 1, loginFailuresPerHour: 1, ...limits }
    const on = (opened: Store) => createThrottles(opened, all, () => clock.now, createSigningKey(opened))
    const throttles = on(store)
    return {
      store,
      clock,
      throttles,
      /** Attempts to sign in with a wrong password, until the count is taken back. */
      login: attempts(throttles),
      another: async (options: OpenStoreOptions = patient) =>
        attempts(on(stack.adopt(await openStore(url, options), (opened) => opened.close()))),
      rows: () =>
        store.read((reader) => reader.selectFrom('throttle_counts').selectAll().orderBy('key').execute()),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  }

  const attempts =
    (throttles: Throttles) =>
    (address: string, email: string, device: string | null = null) =>
      throttles.login({ address, email, device })

  test('limit failed sign-ins to one account from one network', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 3 })
    const { login } = database
    for (const _ of [1, 2, 3]) await login('192.0.2.1', 'a')
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
    await login('192.0.2.1', 'b')
    await login('192.0.2.2', 'a')
  })

  test.each([5 * HOUR, 30 * DAY])('do not outlast a clock that was %d ms ahead', async (ahead) => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { clock, login } = database
    clock.now += ahead
    for (const _ of [1, 2]) await login('192.0.2.1', 'a')
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
    clock.now -= ahead
    for (const _ of [1, 2]) await login('192.0.2.1', 'a')
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject({ ...refused, retryAfterSeconds: 3_600 })
  })

  test('of processes whose clocks differ by an hour are still one', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { clock, login } = database
    for (const _ of [1, 2]) await login('192.0.2.1', 'a')
    clock.now -= HOUR
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject({ ...refused, retryAfterSeconds: 7_200 })
  })

  test('count an IPv6 network as one, and others separately', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { login } = database
    for (const host of [1, 2]) await login(`2001:db8:0:1::${host}`, 'a')
    await expect(login('2001:db8:0:1:ffff::3', 'a')).rejects.toMatchObject(refused)
    await login('2001:db8:0:2::1', 'a')
  })

  test('limit failed sign-ins from one network to ten times as many', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { login } = database
    for (let name = 0; name < 20; name += 1) await login('192.0.2.1', `account ${name}`)
    await expect(login('192.0.2.1', 'another')).rejects.toMatchObject(refused)
    await login('192.0.2.2', 'another')
  })

  test('limit failed sign-ins to one account to fifty times as many', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { login } = database
    for (let n = 0; n < 100; n += 1) await login(`192.0.2.${n % 50}`, 'a')
    await expect(login('192.0.2.99', 'a')).rejects.toMatchObject(refused)
    await login('192.0.2.99', 'b')
  })

  describe('when strangers have reached the limit of an account,', () => {
    async function underAttack() {
      const database = await onFreshDatabase({ loginFailuresPerHour: 1 })
      await (await database.login('198.51.100.1', 'a')).succeed()
      for (let host = 1; host <= 50; host += 1) await database.login(`192.0.2.${host}`, 'a')
      await expect(database.login('192.0.2.99', 'a')).rejects.toMatchObject(refused)
      return database
    }

    test('a network with an earlier success gets in, within its own limit', async () => {
      await using database = await underAttack()
      const { login } = database
      await (await login('198.51.100.1', 'a')).succeed()
      await login('198.51.100.1', 'a')
      await expect(login('198.51.100.1', 'a')).rejects.toMatchObject(refused)
    })

    test('the success of one account makes no network known to another', async () => {
      await using database = await underAttack()
      const { login } = database
      await (await login('203.0.113.1', 'b')).succeed()
      await expect(login('203.0.113.1', 'a')).rejects.toMatchObject(refused)
    })

    test('a network is known for 90 days after its last success', async () => {
      await using database = await underAttack()
      const { login, clock } = database
      const attack = async () => {
        for (let host = 1; host <= 50; host += 1) await login(`192.0.2.${host}`, 'a')
      }
      clock.now += 89 * DAY
      await attack()
      await (await login('198.51.100.1', 'a')).succeed()
      clock.now += 90 * DAY - 1
      await attack()
      await (await login('198.51.100.1', 'a')).takeBack()
      clock.now += 1
      await expect(login('198.51.100.1', 'a')).rejects.toMatchObject(refused)
    })

    test('the network of the registration is known', async () => {
      await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
      const { login, throttles, store } = database
      const counted = await throttles.registration('198.51.100.1', 'a')
      for (let host = 1; host <= 50; host += 1) await login(`192.0.2.${host}`, 'a')
      await store.write((tx) => counted.succeed(tx))
      await login('198.51.100.1', 'a')
      await expect(login('198.51.100.2', 'a')).rejects.toMatchObject(refused)
    })

    test('a known device gets in from anywhere, within its own limit', async () => {
      await using database = await underAttack()
      const { login } = database
      // Its network has no attempts left either.
      await expect(login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
      await (await login('192.0.2.1', 'a', 'device 1')).succeed()
      await login('192.0.2.1', 'a', 'device 1')
      await expect(login('203.0.113.1', 'a', 'device 1')).rejects.toMatchObject(refused)
      await login('203.0.113.1', 'a', 'device 2')
    })

    test('lifting removes every count and remembered network of the account, and of no other', async () => {
      await using database = await underAttack()
      const { login, throttles } = database
      await login('192.0.2.1', 'a', 'device')
      await (await login('198.51.100.1', 'b')).succeed()
      await login('198.51.100.1', 'b')
      await throttles.lift('a')
      await login('192.0.2.1', 'a')
      await login('192.0.2.1', 'a', 'device')
      await expect(login('198.51.100.1', 'b')).rejects.toMatchObject(refused)
      for (let host = 2; host <= 50; host += 1) await login(`192.0.2.${host}`, 'a')
      await expect(login('198.51.100.1', 'a')).rejects.toMatchObject(refused)
    })
  })

  test('do not count failures of a known device against the account or the network', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { login } = database
    for (const _ of [1, 2]) await login('192.0.2.1', 'a', 'device')
    for (const _ of [1, 2]) await login('192.0.2.1', 'a')
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
  })

  test('limit registrations per network, independently of sign-ins', async () => {
    await using database = await onFreshDatabase({ registrationsPerHour: 2, loginFailuresPerHour: 1 })
    const { throttles, login } = database
    await login('192.0.2.1', 'a')
    for (const name of ['a', 'b']) await throttles.registration('192.0.2.1', name)
    await expect(throttles.registration('192.0.2.1', 'c')).rejects.toMatchObject(refused)
    await throttles.registration('192.0.2.2', 'c')
  })

  test('do not count successful sign-ins, or passwords that could not be checked', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { login } = database
    for (let times = 0; times < 10; times += 1) {
      await (await login('192.0.2.1', 'a')).succeed()
      await (await login('192.0.2.2', 'a')).takeBack()
      await (await login('192.0.2.3', 'a', 'device')).succeed()
    }
    const counts = (await database.rows()).filter((row) => row.expires_at <= database.clock.now + HOUR)
    expect(new Set(counts.map(({ tries }) => tries))).toEqual(new Set([0]))
  })

  test('count nothing when they reject', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { login } = database
    for (let host = 1; host <= 50; host += 1) await login(`192.0.2.${host}`, 'a')
    for (let name = 1; name < 10; name += 1) await login('192.0.2.1', `account ${name}`)
    const before = await database.rows()
    // Refused by the account, then by the account and the network, then by the network.
    await expect(login('203.0.113.1', 'a')).rejects.toMatchObject(refused)
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject(refused)
    await expect(login('192.0.2.1', 'another')).rejects.toMatchObject(refused)
    expect(await database.rows()).toEqual(before)
  })

  test('count each of many concurrent guesses, across two processes', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 5 })
    const both = [database.login, await database.another()]
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => both[index % 2]?.('192.0.2.1', 'a')),
    )
    const reasons: unknown[] = tries.flatMap((attempt) =>
      attempt.status === 'rejected' ? [attempt.reason] : [],
    )
    expect(reasons).toHaveLength(45)
    for (const reason of reasons) expect(reason).toMatchObject({ ...refused, retryAfterSeconds: 3_600 })
    // The refused ones left no trace on the count of the network.
    const tally = (await database.rows()).map((row) => row.tries)
    expect(tally).toEqual([5, 5, 5])
  })

  test('never deadlock when counts are taken, released and lifted concurrently', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 50 })
    const both = [database.login, await database.another()]
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const device = index % 5 === 0 ? 'device' : null
        const attempt = await both[index % 2]?.(`192.0.2.${index % 3}`, `account ${index % 4}`, device)
        await attempt?.succeed()
        if (index % 8 === 0) await database.throttles.lift(`account ${index % 4}`)
      }),
    )
    // Remembered networks are kept for longer.
    const counts = (await database.rows()).filter((row) => row.expires_at <= database.clock.now + HOUR)
    expect(new Set(counts.map(({ tries }) => tries))).toEqual(new Set([0]))
  })

  test('give the exact number of seconds to wait, and allow the attempt after that', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { login, clock } = database
    await login('192.0.2.1', 'a')
    const waits: [passed: number, seconds: number][] = [
      [0, 3_600],
      [1, 3_600],
      [999, 3_599],
      [1_800_000, 1_799],
      [HOUR - 1_801_001, 1],
    ]
    for (const [passed, retryAfterSeconds] of waits) {
      clock.now += passed
      await expect(login('192.0.2.1', 'a')).rejects.toMatchObject({ ...refused, retryAfterSeconds })
    }
    clock.now += 1
    await login('192.0.2.1', 'a')
  })

  test('give the longest wait when several limits are reached', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    const { login, clock } = database
    for (let name = 1; name < 10; name += 1) await login('192.0.2.1', `account ${name}`)
    clock.now += HOUR / 2
    await login('192.0.2.1', 'a')
    await expect(login('192.0.2.1', 'a')).rejects.toMatchObject({ ...refused, retryAfterSeconds: 3_600 })
    await expect(login('192.0.2.1', 'b')).rejects.toMatchObject({ ...refused, retryAfterSeconds: 1_800 })
  })

  test('apply to a process that starts later', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 1 })
    await database.login('192.0.2.1', 'a')
    const later = await database.another()
    await expect(later('192.0.2.1', 'a')).rejects.toMatchObject(refused)
  })

  test('store neither e-mail addresses nor network addresses', async () => {
    await using database = await onFreshDatabase({})
    await (await database.login('192.0.2.1', 'ann@example.org')).succeed()
    await database.login('192.0.2.1', 'ann@example.org', 'device')
    await database.throttles.registration('192.0.2.1', 'ann@example.org')
    const rows = await database.rows()
    // Network, account and both, the remembered network, the device, the registration.
    expect(rows).toHaveLength(6)
    expect(JSON.stringify(rows)).not.toMatch(/ann@|example|192\.0/)
    // A plain hash of a network could be looked up in a precomputed table.
    const plain = ['ann@example.org', '192.0.2.1', 'login-network 192.0.2.1', 'register 192.0.2.1'].map(
      (text) => createHash('sha256').update(text).digest('hex'),
    )
    for (const { key } of rows) {
      for (const hash of plain) expect([key, key.slice(32)]).not.toContain(hash)
    }
  })

  test('delete expired counts on a sweep', async () => {
    await using database = await onFreshDatabase({})
    const { throttles, login, clock } = database
    await login('192.0.2.1', 'a')
    clock.now += HOUR - 1
    await throttles.registration('192.0.2.1', 'a')
    await throttles.sweep()
    expect(await database.rows()).toHaveLength(4)
    clock.now += 1
    await throttles.sweep()
    expect(await database.rows()).toHaveLength(1)
  })

  test('reject sign-ins that cannot be counted', async () => {
    await using database = await onFreshDatabase({ loginFailuresPerHour: 2 })
    const { login, store } = database
    const impatient = await database.another({ lockWaitMs: 200 })
    await login('192.0.2.1', 'a')
    const before = await database.rows()
    const released = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holding = store.write(async (tx) => {
      await tx.updateTable('throttle_counts').set({ tries: 1 }).execute()
      locked.resolve()
      await released.promise
    })
    await locked.promise
    await expect(impatient('192.0.2.1', 'a')).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    released.resolve()
    await holding
    expect(await database.rows()).toEqual(before)
    await impatient('192.0.2.1', 'a')
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['0000:0000:0000:0000:0000:ffff:c000:0207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::192.0.2.7', '2001:db8:1:2::/64'],
  ['2001::3:4:5:6:7:8', '2001:0:3:4::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('the address %s counts as %s', (address, expected) => {
  expect(network(address)).toBe(expected)
})
