import { TEST_MS } from '@prebook/testing/bounds'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { findBook, withdrawOpenWaitlist, type BookRow, type Store, type Tx } from '@prebook/db'
import { engines, type TestEngine } from '@prebook/db/testing'
import { changeExpectedDate, expectedDateEvent } from '../../books/change-expected-date.ts'
import { createServices, type Services } from '../../services.ts'
import { collectLog, links, openMailShop, quick, settings, shopOn, until } from '../../testing/mail-shop.ts'
import { startMailProcess } from '../../testing/mail-child.ts'
import { startTestSmtp } from '../../testing/smtp-server.ts'
import { startMail } from '../start-mail.ts'
import { dispatchDeliveries } from './dispatcher.ts'

const DELAY_MS = 15 * 60_000
const year = new Date().getUTCFullYear() + 1
const [march, april, may] = [`${year}-03`, `${year}-04`, `${year}-05`]

/** A mail shop whose clock the test moves. */
async function openClockedShop(engine: TestEngine) {
  const shop = await openMailShop(engine)
  const clock = { now: Date.now() }
  const services = createServices({
    store: shop.store,
    throttleLimits: { registrationsPerHour: 1, loginFailuresPerHour: 1 },
    announcementDelayMs: DELAY_MS,
    now: () => clock.now,
  })
  return { shop: { ...shop, ...shopOn(services) }, services, clock }
}

/** Changes the date as `books.expect` does. */
async function expectOn(services: Services, bookId: number, expectedOn: string | null) {
  const change = async (tx: Tx) =>
    changeExpectedDate(services, tx, (await findBook(tx, bookId)) as BookRow, expectedOn)
  return services.store.writeOnBook(bookId, 'exclusive', change, expectedDateEvent)
}

const dispatch = (services: Services) =>
  dispatchDeliveries(services, { stopped: () => false, written: () => {} })

const undispatched = (store: Store) =>
  store.read((reader) =>
    reader.selectFrom('announcements').select('id').where('dispatched_at', 'is', null).execute(),
  )

describe.each(engines)('a changed date on $name', (engine) => {
  test('is mailed once it has settled, with the old and the new date, to those who waited then', async () => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    await using smtp = await startTestSmtp()
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    const { bookId, waiting } = await shop.wait(3)
    const [first, second] = waiting
    await expectOn(services, bookId, march)
    await expectOn(services, bookId, `${year}-05-11`)
    await shop.cancel(second?.prebookId ?? 0, 'waiting')
    await dispatch(services)
    expect(await shop.deliveries()).toEqual([])

    clock.now += DELAY_MS
    const rows = await shop.settled(2)
    expect(rows).toMatchObject(
      waiting
        .filter((one) => one !== second)
        .map(({ prebookId, userId }) => ({
          kind: 'expected-date',
          lane: 'bulk',
          state: 'sent',
          prebook_id: prebookId,
          user_id: userId,
        })),
    )
    const arrived = smtp.arrived.find(({ to }) => to[0] === first?.email)
    const { subject, text, html, headers } = await PostalMime.parse(arrived?.raw ?? '')
    expect(subject).toBe(`“Dune” is expected on 11 May ${year}`)
    for (const body of [text ?? '', html ?? '']) {
      expect(body).toContain(`It is expected on 11 May ${year}.`)
      expect(body).toContain(links.cancelPage(first?.prebookId ?? 0, rows[0]?.queued_at ?? 0))
      expect(body).toContain(links.unsubscribePage(first?.userId ?? 0, rows[0]?.queued_at ?? 0))
    }
    expect(headers.find(({ key }) => key === 'list-unsubscribe')?.value).toContain('/mail/unsubscribe')

    await expectOn(services, bookId, null)
    clock.now += DELAY_MS
    await shop.settled(4)
    const last = await PostalMime.parse(smtp.arrived.at(-1)?.raw ?? '')
    expect(last.text).toContain(
      `We no longer know when it comes. Until now it was expected on 11 May ${year}.`,
    )
    await mail.stop(1_000)
  })

  test.each([
    ['restock', 'superseded'],
    ['withdrawal', 'superseded'],
    ['cancel', 'cancelled'],
    ['opt out', 'opted-out'],
    ['deactivate', 'deactivated'],
    ['newer date', 'superseded'],
    ['last day', 'expired'],
  ])('is not sent after a %s between its dispatch and its sending', async (event, reason) => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    await using smtp = await startTestSmtp()
    const { bookId, waiting } = await shop.wait(1)
    const { userId = 0, prebookId = 0 } = waiting[0] ?? {}
    await expectOn(services, bookId, march)
    clock.now += DELAY_MS
    await dispatch(services)
    expect(await shop.deliveries()).toMatchObject([{ kind: 'expected-date', state: 'pending' }])
    if (event === 'restock') await shop.restock(bookId)
    if (event === 'withdrawal')
      await shop.store.write((tx) => withdrawOpenWaitlist(tx, { bookId, now: clock.now, note: null }))
    if (event === 'cancel') await shop.cancel(prebookId, 'waiting')
    if (event === 'opt out') await shop.change(userId, { mail_opt_out: 1 })
    if (event === 'deactivate') await shop.change(userId, { is_active: 0 })
    if (event === 'last day') clock.now = Date.UTC(year, 3)
    if (event === 'newer date') {
      await expectOn(services, bookId, april)
      clock.now += DELAY_MS
      await dispatch(services)
    }
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    const rows = await until('all are settled', async () => {
      const all = await shop.deliveries()
      return all.every(({ state }) => state === 'sent' || state === 'skipped') ? all : undefined
    })
    await mail.stop(1_000)
    expect(rows[0]).toMatchObject({ kind: 'expected-date', state: 'skipped', skip_reason: reason })
    expect(smtp.arrived).toHaveLength(rows.filter(({ state }) => state === 'sent').length)
  })

  test('waits while a newer date settles, and is sent when that is taken back', async () => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    await using smtp = await startTestSmtp()
    const { bookId } = await shop.wait(1)
    await expectOn(services, bookId, march)
    clock.now += DELAY_MS
    await dispatch(services)
    await expectOn(services, bookId, april)
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    await until('it waits', async () => {
      const [row] = await shop.deliveries()
      return row?.state === 'pending' && row.next_attempt_at === clock.now + DELAY_MS ? row : undefined
    })
    expect(smtp.arrived).toEqual([])
    await expectOn(services, bookId, march)
    clock.now += DELAY_MS
    expect(await shop.settled(1)).toMatchObject([{ state: 'sent', attempts: 1 }])
    expect(await undispatched(shop.store)).toEqual([])
    await mail.stop(1_000)
  })

  test('leaves nothing to mail when the book is restocked before it has settled', async () => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    const { bookId } = await shop.wait(2)
    await expectOn(services, bookId, march)
    await shop.restock(bookId)
    clock.now += DELAY_MS
    await dispatch(services)
    expect((await shop.deliveries()).map(({ kind }) => kind)).toEqual(['restock', 'restock'])
    expect(await undispatched(shop.store)).toEqual([])
  })

  test('once its dispatch has begun, is no longer replaced: a later change is announced on its own', async () => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    const { bookId } = await shop.wait(2)
    const one = await expectOn(services, bookId, march)
    clock.now += DELAY_MS
    await dispatch(services)
    const other = await expectOn(services, bookId, april)
    expect(other.announcement?.id).not.toBe(one.announcement?.id)
    clock.now += DELAY_MS
    await dispatch(services)
    const rows = await shop.deliveries()
    expect(rows).toHaveLength(4)
    expect(new Set(rows.map(({ payload }) => payload))).toEqual(
      new Set([`{"from":null,"to":"${march}"}`, `{"from":"${march}","to":"${april}"}`]),
    )
  })

  test('that settles long after an earlier process died is found by the next one', async () => {
    const { shop, services, clock } = await openClockedShop(engine)
    await using _ = shop
    await using smtp = await startTestSmtp()
    const { bookId } = await shop.wait(1)
    const dead = startMail(services, settings(smtp.url), collectLog(), quick)
    await expectOn(services, bookId, may)
    await dead.stop(0)
    clock.now += 2 * DELAY_MS
    const mail = startMail(services, settings(smtp.url), collectLog(), quick)
    expect(await shop.settled(1)).toMatchObject([{ kind: 'expected-date', state: 'sent' }])
    await mail.stop(1_000)
  })

  test(
    'reaches each reader once by processes that are killed while they dispatch and send it',
    { timeout: 3 * TEST_MS },
    async () => {
      await using smtp = await startTestSmtp()
      await using shop = await openMailShop(engine)
      const readers = 900
      const { bookId, waiting } = await shop.wait(readers)
      await expectOn({ ...shop.services, announcementDelayMs: 0 }, bookId, march)
      const start = () => startMailProcess(shop.url, smtp.url, 'shop@books.example', '2000', '500')
      for (let round = 0; round < 3; round += 1) {
        const worker = await start()
        const seen = smtp.arrived.length
        // The first one is killed as soon as it sends, while it still writes deliveries.
        await until('some mail arrives', () => (smtp.arrived.length > seen ? true : undefined))
        await worker.kill()
      }
      const last = await start()
      const rows = await until(
        'everything is sent',
        async () => {
          if ((await undispatched(shop.store)).length > 0) return undefined
          const all = await shop.deliveries()
          return all.every(({ state }) => state === 'sent') ? all : undefined
        },
        TEST_MS,
      )
      expect(await last.stop()).toBe(0)
      expect(rows.map((row) => row.prebook_id)).toEqual(waiting.map(({ prebookId }) => prebookId))
      const messages = new Map(smtp.arrived.map(({ messageId, to }) => [messageId, to[0]]))
      expect(messages.size).toBe(waiting.length)
      expect(new Set(messages.values())).toEqual(new Set(waiting.map(({ email }) => email)))
    },
  )
})
