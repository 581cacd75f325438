import { describe, expect, test } from 'vitest'
import { findBook, findUser, revokeManageLinks, type BookRow, type DeliveryRow, type Tx } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { bookMailKinds, Role } from '@prebook/core'
import { changeExpectedDate, expectedDateEvent } from '../../books/change-expected-date.ts'
import { isGuestRow } from '../../guests/is-guest.ts'
import { createServices } from '../../services.ts'
import { links, openMailShop } from '../../testing/mail-shop.ts'
import { dispatchDeliveries } from '../outbox/dispatcher.ts'
import { readMails } from './mail-kinds.ts'

/** Every kind of account. */
const accounts = Role.options.flatMap((role) =>
  ['a hash', null].flatMap((password_hash) =>
    [1, null].map((verified_at) => ({ role, password_hash, verified_at })),
  ),
)

/** A shop with a restocked, a withdrawn and an expected book, which one account of each kind waited for. */
async function openMailedShop(engine: (typeof engines)[number]) {
  const shop = await openMailShop(engine)
  const services = createServices({
    store: shop.store,
    throttleLimits: { registrationsPerHour: 1, loginFailuresPerHour: 1 },
    announcementDelayMs: 0,
  })
  const waitingFor = async (title: string) => {
    const { bookId, waiting } = await shop.wait(accounts.length, title)
    await shop.store.write(async (tx) => {
      for (const [index, { userId }] of waiting.entries()) {
        const fields = { ...accounts[index], manage_generation: index }
        await tx.updateTable('users').set(fields).where('id', '=', userId).execute()
      }
    })
    return bookId
  }
  await shop.restock(await waitingFor('Restocked'))
  await shop.withdraw(await waitingFor('Withdrawn'))
  const bookId = await waitingFor('Expected')
  const change = async (tx: Tx) =>
    changeExpectedDate(services, tx, (await findBook(tx, bookId)) as BookRow, '2030-03')
  await shop.store.writeOnBook(bookId, 'exclusive', change, expectedDateEvent)
  await dispatchDeliveries(services, { stopped: () => false, written: () => {} })
  const read = (deliveries: readonly DeliveryRow[]) =>
    shop.store.read((reader) => readMails(reader, deliveries, services))
  return { ...shop, read }
}

/** The link to the page of a guest in a mail, for its text and its HTML alike. */
function manageLinks(bodies: readonly string[]): (string | undefined)[] {
  return bodies.map((body) => /\/mail\/manage\?token=([\w.-]+)/.exec(body)?.[1])
}

describe.each(engines)('mail about books on $name', (engine) => {
  test('has the link to the page of a guest for guests, and for no other account', async () => {
    await using shop = await openMailedShop(engine)
    const deliveries = await shop.deliveries()
    expect([...new Set(deliveries.map(({ kind }) => kind))].toSorted()).toEqual(bookMailKinds.toSorted())
    expect(deliveries).toHaveLength(bookMailKinds.length * accounts.length)
    let guests = 0
    for (const { facts, write } of await shop.read(deliveries)) {
      const user = await shop.store.read((reader) => findUser(reader, facts.userId ?? 0))
      if (user === undefined) throw new Error('The account is gone.')
      const { text, html } = write(links, { currency: 'EUR' })
      const [inText, inHtml] = manageLinks([text, html])
      expect(inHtml).toBe(inText)
      expect(inText !== undefined, `${facts.kind} to ${JSON.stringify(user)}`).toBe(isGuestRow(user))
      expect(text.includes('https://books.example/prebookings')).toBe(
        facts.kind === 'withdrawal' && !isGuestRow(user),
      )
      if (inText === undefined) continue
      guests += 1
      const link = links.readManage(inText, Date.now() + 364 * 86_400_000)
      expect(link).toEqual({ userId: user.id, generation: user.manage_generation })
      expect(links.readManage(inText, Date.now() + 366 * 86_400_000)).toBeNull()
    }
    expect(guests).toBe(bookMailKinds.length)
  })

  test('that is sent after the links were revoked has one that works', async () => {
    await using shop = await openMailedShop(engine)
    const deliveries = await shop.deliveries()
    const mails = await shop.read(deliveries)
    const before = mails.map(({ write }) => manageLinks([write(links, { currency: 'EUR' }).text])[0])
    const at = before.findIndex((token) => token !== undefined)
    const delivery = deliveries.find(({ id }) => id === mails[at]?.facts.id)
    const userId = delivery?.user_id ?? 0
    await shop.store.write((tx) => revokeManageLinks(tx, userId))
    const [mail] = await shop.read(delivery === undefined ? [] : [delivery])
    const [token = ''] = manageLinks([mail?.write(links, { currency: 'EUR' }).text ?? ''])
    expect(token).not.toBe(before[at])
    const user = await shop.store.read((reader) => findUser(reader, userId))
    expect(links.readManage(token, Date.now())).toEqual({ userId, generation: user?.manage_generation })
  })
})
