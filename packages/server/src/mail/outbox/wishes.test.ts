import PostalMime from 'postal-mime'
import { WAIT } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { WISH_MS } from '@prebook/core'
import {
  ensureOpenWaitlist,
  insertPrebook,
  insertUser,
  updateUser,
  type DeliveryRow,
  type Store,
} from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { ask, openGuestShop } from '../../testing/guest-shop.ts'
import { links, settings } from '../../testing/mail-shop.ts'
import { mailedWishes, tokenOf } from '../../testing/mailed-wishes.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'
import { beginErasure } from '../../account/erasure.ts'
import { previewMail } from '../preview-mail.ts'

const gone = { at: 'rcpt', code: 550, text: '5.1.1 No such user' } as const
const later = { at: 'rcpt', code: 450, text: '4.2.0 Try later' } as const

/** Adds an account. */
const addAccount = (store: Store, email: string, { verified = true } = {}): Promise<number> =>
  store.write(async (tx) => {
    const user = await insertUser(tx, { email, passwordHash: 'x', role: 'reader', verified, now: 1 })
    return user?.id ?? 0
  })

const deliveries = (store: Store): Promise<DeliveryRow[]> =>
  store.read((reader) => reader.selectFrom('deliveries').selectAll().execute())
const refusals = (store: Store) => store.read((reader) => reader.selectFrom('refusals').selectAll().execute())

/** Waits until no mail is left in the outbox. */
const emptied = (store: Store) => vi.waitFor(async () => expect(await deliveries(store)).toEqual([]), WAIT)

describe.each(engines)('mail that asks to confirm a pre-booking on $name', (engine) => {
  test('is sent at once with a link that has the wish, and leaves no row', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId, clock } = shop
    shop.send(settings(smtp.url))
    expect(await ask(server, { email: 'guest@example.org', bookId, locale: 'de' })).toBe('ok')
    await vi.waitFor(() => expect(smtp.arrived).toHaveLength(1), WAIT)
    await emptied(server.services.store)
    expect(smtp.arrived[0]?.to).toEqual(['guest@example.org'])
    const { subject, text = '', html = '' } = await PostalMime.parse(smtp.arrived[0]?.raw ?? '')
    expect(subject).toBe('Bestätige deine Vorbestellung von „Dune“')
    const [url = ''] = /https:\S+/.exec(text) ?? []
    expect(html).toContain(url)
    expect(links.readWish(tokenOf(url), clock.ms)).toMatchObject({
      bookId,
      email: 'guest@example.org',
      locale: 'de',
    })
    expect(links.readWish(tokenOf(url), clock.ms + WISH_MS.confirm)).toBeNull()
  })

  test('goes to every address but those that refused mail, opted out or are deactivated', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const { store } = server.services
    const userId = await addAccount(store, 'waiting@example.org')
    await store.write(async (tx) =>
      insertPrebook(tx, { waitlistId: await ensureOpenWaitlist(tx, bookId, 1), userId, now: 1 }),
    )
    await addAccount(store, 'known@example.org')
    await addAccount(store, 'suppressed@example.org')
    const optedOut = await addAccount(store, 'opted-out@example.org')
    // Anybody can open an account with an address and opt it out.
    const claimed = await addAccount(store, 'claimed@example.org', { verified: false })
    const deactivated = await addAccount(store, 'deactivated@example.org')
    await store.write(async (tx) => {
      for (const id of [optedOut, claimed]) await updateUser(tx, id, { mail_opt_out: 1 })
      await updateUser(tx, deactivated, { is_active: 0 })
      const refusal = {
        email: 'suppressed@example.org',
        delivery_id: 1,
        permanent: 1,
        refused_at: 1,
      } as const
      await tx.insertInto('refusals').values(refusal).execute()
    })
    const sent = ['new@example.org', 'known@example.org', 'claimed@example.org', 'waiting@example.org']
    const skipped = ['suppressed@example.org', 'opted-out@example.org', 'deactivated@example.org']
    for (const email of [...skipped, ...sent]) expect(await ask(server, { email, bookId })).toBe('ok')
    const mail = shop.send(settings(smtp.url))
    await emptied(store)
    expect(smtp.arrived.flatMap(({ to }) => to).toSorted()).toEqual(sent.toSorted())
    expect(await mail.figures()).toMatchObject({ sent: sent.length, skipped: skipped.length })
    expect(await refusals(store)).toHaveLength(1)
  })

  test('is deleted when it is refused, which is only remembered of an account', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const { store } = server.services
    await addAccount(store, 'known@example.org')
    smtp.behaviour = () => gone
    const mail = shop.send(settings(smtp.url))
    for (const email of ['new@example.org', 'known@example.org'])
      expect(await ask(server, { email, bookId })).toBe('ok')
    await vi.waitFor(async () => expect(await mail.figures()).toMatchObject({ failed: 2 }), WAIT)
    await emptied(store)
    expect((await refusals(store)).map(({ email }) => email)).toEqual(['known@example.org'])
  })

  test('is deleted when its last try fails', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    smtp.behaviour = () => later
    // The clock of the shop stands still, and the next try is due after a pause.
    const ticking = setInterval(() => (shop.clock.ms += 100), 10)
    using _ = { [Symbol.dispose]: () => clearInterval(ticking) }
    const mail = shop.send(settings(smtp.url, { tries: 3 }))
    expect(await ask(server, { email: 'new@example.org', bookId })).toBe('ok')
    await vi.waitFor(async () => expect(await mail.figures()).toMatchObject({ retried: 2, failed: 1 }), WAIT)
    await emptied(server.services.store)
    expect(await refusals(server.services.store)).toEqual([])
  })

  test('waits for the mail server for an hour, in the list of e-mails, and is then deleted', async () => {
    await using smtp = await startTestSmtp()
    await smtp.stop()
    await using shop = await openGuestShop(engine)
    const { server, admin, bookId, clock } = shop
    expect(await ask(server, { email: 'guest@example.org', bookId })).toBe('ok')
    const mail = shop.send(settings(smtp.url))
    await vi.waitFor(async () => expect((await mail.figures()).serverReachable).toBe(false), WAIT)
    const { items } = await admin.call.deliveries.list({ bookId })
    expect(items).toMatchObject([
      { kind: 'confirm', state: 'pending', email: 'guest@example.org', bookTitle: 'Dune', userId: null },
    ])
    const deliveryId = items[0]?.id ?? 0
    await expect(admin.call.deliveries.redrive({ deliveryId })).rejects.toMatchObject({
      cause: { reason: 'DELIVERY_NOT_REDRIVABLE' },
    })
    clock.ms += WISH_MS.unsent - 1
    mail.wake()
    // Another request shows that the mail was looked at and is still there.
    expect(await ask(server, { email: 'other@example.org', bookId })).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(2)
    clock.ms += 1
    await vi.waitFor(
      async () => expect(await mailedWishes(server)).toMatchObject([{ email: 'other@example.org' }]),
      WAIT,
    )
    expect((await admin.call.deliveries.list({})).items).toHaveLength(1)
  })

  test('is not sent when it is an hour old', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId, clock } = shop
    expect(await ask(server, { email: 'guest@example.org', bookId })).toBe('ok')
    clock.ms += WISH_MS.unsent
    expect(await ask(server, { email: 'other@example.org', bookId })).toBe('ok')
    shop.send(settings(smtp.url))
    await emptied(server.services.store)
    expect(smtp.arrived.map(({ to }) => to)).toEqual([['other@example.org']])
  })

  test('is deleted, not held, when there is no mail server any more', async () => {
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    expect(await ask(server, { email: 'guest@example.org', bookId })).toBe('ok')
    const mail = shop.send(null)
    await emptied(server.services.store)
    expect(await mail.figures()).toMatchObject({ held: 0, skipped: 1 })
  })

  test('stays for an hour when there is no mail server and developers read it', async () => {
    await using shop = await openGuestShop(engine, { mail: { links, configured: false, isPreviewed: true } })
    const { server, bookId, clock } = shop
    const { services } = server
    expect(await ask(server, { email: 'guest@example.org', bookId })).toBe('ok')
    const read = async () =>
      (await previewMail(services, links, { limit: 5, beforeId: null })).map(({ to, text }) => [
        to,
        links.readWish(tokenOf(/https:\S+/.exec(text)?.[0] ?? ''), clock.ms)?.bookId,
      ])
    expect(await read()).toEqual([['guest@example.org', bookId]])
    const mail = shop.send(null)
    // Another request shows that the mail was looked at and is still there.
    expect(await ask(server, { email: 'other@example.org', bookId })).toBe('ok')
    await vi.waitFor(
      async () =>
        expect((await deliveries(services.store)).map((row) => row.next_attempt_at)).toEqual([
          clock.ms + WISH_MS.unsent,
          clock.ms + WISH_MS.unsent,
        ]),
      WAIT,
    )
    expect(await read()).toEqual([
      ['other@example.org', bookId],
      ['guest@example.org', bookId],
    ])
    clock.ms += WISH_MS.unsent
    await emptied(services.store)
    expect(await mail.figures()).toMatchObject({ held: 0 })
  })

  test('is not sent after the account with its address was erased', async () => {
    await using smtp = await startTestSmtp()
    await using shop = await openGuestShop(engine)
    const { server, bookId } = shop
    const { store } = server.services
    const userId = await addAccount(store, 'known@example.org')
    for (const email of ['known@example.org', 'other@example.org'])
      expect(await ask(server, { email, bookId })).toBe('ok')
    await store.writeOnAdmins((tx) => beginErasure(server.services, tx, userId))
    expect(await mailedWishes(server)).toMatchObject([{ email: 'other@example.org' }])
    shop.send(settings(smtp.url))
    await emptied(store)
    expect(smtp.arrived.map(({ to }) => to)).toEqual([['other@example.org']])
  })
})
