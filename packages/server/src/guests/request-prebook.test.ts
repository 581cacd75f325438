import { describe, expect, test } from 'vitest'
import { WISH_MS } from '@prebook/core'
import { insertUser, updateUser, type Store } from '@prebook/db'
import { engines, recordStatements } from '@prebook/db/testing'
import { ask, isbn, openGuestShop } from '../testing/guest-shop.ts'
import { mailedWishes } from '../testing/mailed-wishes.ts'
import { addBook } from '../testing/watcher.ts'
import { links } from '../testing/mail-shop.ts'

const MINUTE = 60_000

/** How many rows each table has that can change. */
async function rowCounts(store: Store): Promise<Record<string, number>> {
  const tables = [
    'users',
    'prebooks',
    'waitlists',
    'deliveries',
    'refusals',
    'account_links',
    'sessions',
  ] as const
  const more = ['consents', 'used_wishes', 'kept_answers', 'audit_entries', 'announcements'] as const
  return store.read(async (reader) => {
    const counts: Record<string, number> = {}
    for (const table of [...tables, ...more])
      counts[table] = (await reader.selectFrom(table).selectAll().execute()).length
    return counts
  })
}

describe.each(engines)('asking for a pre-booking by e-mail on $name', (engine) => {
  test('queues a link with the wish, and stores nothing else but counts', async () => {
    await using shop = await openGuestShop(engine)
    const { server, clock, bookId } = shop
    const before = await rowCounts(server.services.store)
    const input = { isbn: '0-441-01359-7', email: 'Guest@Example.org', locale: 'de' } as const
    expect(await server.as().prebooks.request(input)).toEqual({ ok: true })
    const [wish, ...others] = await mailedWishes(server)
    expect(others).toEqual([])
    const expiresAt = Math.floor((clock.ms + WISH_MS.confirm) / 1_000) * 1_000
    expect(links.readWish(wish?.token ?? '', clock.ms)).toEqual({
      id: wish?.id,
      bookId,
      email: 'guest@example.org',
      locale: 'de',
      expiresAt,
    })
    expect(wish?.id).toMatch(/^[\w-]{36}$/)
    expect(await rowCounts(server.services.store)).toEqual({ ...before, deliveries: 1 })
    const stored = await server.services.store.read(async (reader) => [
      await reader.selectFrom('deliveries').selectAll().execute(),
      await reader.selectFrom('throttle_counts').selectAll().execute(),
    ])
    // Neither a link that works, nor an address outside of the mail that waits.
    expect(JSON.stringify(stored)).not.toContain(wish?.token.split('.').at(-1))
    expect(JSON.stringify(stored[1])).not.toContain('guest')
  })

  test('is refused for a book that cannot be pre-booked, and without a mail server', async () => {
    await using shop = await openGuestShop(engine)
    const { server, admin, bookId } = shop
    const email = 'guest@example.org'
    const request = server.as().prebooks.request
    const refused = (reason: string, field: string) => ({ cause: { reason, field } })
    await expect(request({ bookId: bookId + 99, email })).rejects.toMatchObject(
      refused('BOOK_NOT_FOUND', 'bookId'),
    )
    await expect(request({ isbn: '9780306406157', email })).rejects.toMatchObject(
      refused('BOOK_NOT_FOUND', 'isbn'),
    )
    await admin.call.stock.set({ bookId, quantity: 1, idempotencyKey: '1' })
    await expect(request({ bookId, email })).rejects.toMatchObject(refused('PREBOOK_BOOK_IN_STOCK', 'bookId'))
    await expect(request({ isbn, email })).rejects.toMatchObject(refused('PREBOOK_BOOK_IN_STOCK', 'isbn'))
    await admin.call.stock.set({ bookId, quantity: 0, idempotencyKey: '2' })
    await admin.call.books.withdraw({ bookId })
    await expect(request({ isbn, email })).rejects.toMatchObject(refused('PREBOOK_BOOK_WITHDRAWN', 'isbn'))
    expect(await mailedWishes(server)).toEqual([])

    await using held = await openGuestShop(engine, { mail: { links, configured: false } })
    await expect(held.server.as().prebooks.request({ bookId: held.bookId, email })).rejects.toMatchObject({
      cause: { reason: 'MAIL_NOT_CONFIGURED' },
    })
  })

  test('mails an address once in 10 minutes about a book, from any network', async () => {
    await using shop = await openGuestShop(engine)
    const { server, admin, clock, bookId } = shop
    const guest = { email: 'guest@example.org', bookId }
    expect(await ask(server, guest)).toBe('ok')
    expect(await ask(server, guest, '10.0.0.1')).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(1)
    expect(await ask(server, { ...guest, email: 'other@example.org' })).toBe('ok')
    expect(await ask(server, { ...guest, bookId: await addBook(admin) })).toBe('ok')
    clock.ms += 10 * MINUTE - 1
    expect(await ask(server, guest)).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(3)
    clock.ms += 1
    expect(await ask(server, guest)).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(4)
  })

  test('mails an address five times a day, from any networks', async () => {
    await using shop = await openGuestShop(engine)
    const { server, admin, clock, bookId } = shop
    const email = 'guest@example.org'
    for (let count = 0; count < 5; count += 1)
      expect(
        await ask(server, { email, bookId: await addBook(admin, `Book ${count}`) }, `10.0.0.${count}`),
      ).toBe('ok')
    expect(await ask(server, { email, bookId }, '10.0.1.1')).toBe('ok')
    clock.ms += 24 * 60 * MINUTE - 1
    expect(await ask(server, { email, bookId }, '10.0.1.1')).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(5)
    clock.ms += 10 * MINUTE
    expect(await ask(server, { email, bookId }, '10.0.1.1')).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(6)
  })

  test('is limited for a network, whatever the addresses', async () => {
    await using shop = await openGuestShop(engine, { prebookRequestsPerHour: 3 })
    const { server, clock, bookId } = shop
    const from = (serial: number, address: string) =>
      ask(server, { email: `guest${serial}@example.org`, bookId }, address)
    for (let serial = 0; serial < 3; serial += 1)
      expect(await from(serial, `2001:db8:1:2::${serial}`)).toBe('ok')
    expect(await from(3, '2001:db8:1:2:ffff::1')).toBe('RATE_LIMITED')
    expect(await from(3, '2001:db8:1:3::1')).toBe('ok')
    clock.ms += 60 * MINUTE
    expect(await from(4, '2001:db8:1:2::1')).toBe('ok')
  })

  test('many times at once queues one mail', async () => {
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(server, { email: 'guest@example.org', bookId })),
    )
    expect(answers).toEqual(Array<string>(20).fill('ok'))
    expect(await mailedWishes(server)).toHaveLength(1)
  })

  test('with a field that people do not see gets the usual answer after the usual time, and no mail', async () => {
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const startedAt = performance.now()
    expect(await ask(server, { email: 'guest@example.org', bookId, website: 'https://spam.example' })).toBe(
      'ok',
    )
    expect(performance.now() - startedAt).toBeGreaterThan(95)
    expect(await mailedWishes(server)).toEqual([])
  })

  test('does the same work for every address', async () => {
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const { store, now } = server.services
    const addresses = [
      'new',
      'known',
      'unproven',
      'guest',
      'waiting',
      'suppressed',
      'opted-out',
      'deactivated',
    ]
    await store.write(async (tx) => {
      for (const name of addresses.slice(1)) {
        const passwordHash = name === 'guest' ? null : 'x'
        const verified = name !== 'unproven'
        const account = {
          email: `${name}@example.org`,
          passwordHash,
          verified,
          role: 'reader',
          now: now(),
        } as const
        const { id = 0 } = (await insertUser(tx, account)) ?? {}
        if (name === 'opted-out') await updateUser(tx, id, { mail_opt_out: 1 })
        if (name === 'deactivated') await updateUser(tx, id, { is_active: 0 })
      }
      const refusal = {
        email: 'suppressed@example.org',
        delivery_id: 1,
        permanent: 1,
        refused_at: 1,
      } as const
      await tx.insertInto('refusals').values(refusal).execute()
    })
    // The first request also compiles its statements.
    await ask(server, { email: 'first@example.org', bookId })
    const work: Record<string, string[]> = {}
    for (const name of addresses) {
      using recorded = recordStatements(store)
      expect(await ask(server, { email: `${name}@example.org`, bookId })).toBe('ok')
      work[name] = recorded.statements
    }
    expect(work['new']?.length).toBeGreaterThan(4)
    for (const name of addresses) expect(work[name], name).toEqual(work['new'])
    expect((await mailedWishes(server)).map(({ email }) => email)).toEqual(
      ['first', ...addresses].map((name) => `${name}@example.org`),
    )
  })
})
