import { WAIT } from '@prebook/testing/bounds'
import { expect, test } from 'vitest'
import { request } from '../testing/http-request.ts'
import { startMailSink, type MailSink } from '../testing/mail-sink.ts'
import { startShop, type Shop } from '../testing/shop.ts'

const guest = 'guest@example.org'

/** A shop that mails to the sink. */
function startMailingShop(sink: MailSink): Promise<Shop> {
  return startShop({
    SMTP_URL: sink.url,
    MAIL_FROM: 'The Bookshop <shop@books.example>',
    SECRET: 'a secret of at least thirty-two characters',
    PUBLIC_URL: 'http://books.example',
  })
}

/** The token of the newest link for a purpose, once there are so many mails. */
async function tokenOf(sink: MailSink, purpose: 'confirm' | 'manage', mails: number): Promise<string> {
  await expect.poll(() => sink.arrived.length, WAIT).toBe(mails)
  const text = sink.arrived.at(-1)?.mail.text ?? ''
  return new RegExp(`/mail/${purpose}\\?token=(\\S+)`).exec(text)?.[1] ?? ''
}

/** How a guest asks for a book and confirms it, with the answers as they are. */
const ways = [
  {
    api: 'REST',
    ask: ({ url }: Shop) =>
      request(url, 'POST', '/prebooks/requests', { body: { isbn: '978-0-441-01359-3', email: guest } }),
    asked: { status: 202 },
    confirm: ({ url }: Shop, token: string) => request(url, 'POST', '/prebooks/confirm', { body: { token } }),
    confirmed: { status: 200, body: { status: 'waiting', queue_position: 1 } },
  },
  {
    api: 'tRPC',
    ask: (shop: Shop) =>
      shop.anonymous().client.prebooks.request.mutate({ isbn: '978-0-441-01359-3', email: guest }),
    asked: { ok: true },
    confirm: (shop: Shop, token: string) => shop.anonymous().client.prebooks.confirm.mutate({ token }),
    confirmed: { status: 'waiting', queuePosition: 1 },
  },
]

test.each(ways)(
  'a guest pre-books through $api by an e-mail, is notified, and cancels by a link',
  async ({ ask, asked, confirm, confirmed }) => {
    await using sink = await startMailSink()
    await using shop = await startMailingShop(sink)
    const { id: bookId } = await shop.addBook(0, { title: 'Dune', isbn: '9780441013593' })
    expect(await ask(shop)).toMatchObject(asked)
    const token = await tokenOf(sink, 'confirm', 1)
    expect((await shop.admin.client.books.waitlist.query({ bookId })).waiting).toBe(0)
    expect((await shop.admin.client.deliveries.list.query()).items).toEqual([])

    expect(await confirm(shop, token)).toMatchObject(confirmed)
    const shown = await fetch(`${shop.url}/availability?isbn=9780441013593`)
    expect(await shown.json()).toMatchObject({ items: [{ availability: 'sold-out', waiting: 1 }] })

    const { broadcast } = await shop.admin.client.stock.set.mutate({ bookId, quantity: 2 })
    expect(broadcast).toMatchObject({ notified: 1 })
    const manage = `${shop.url}/mail/manage?token=${await tokenOf(sink, 'manage', 2)}`
    const last = sink.arrived.at(-1)
    expect([last?.recipients, last?.mail.subject]).toEqual([[guest], '“Dune” is back in stock'])
    const page = await (await fetch(manage)).text()
    expect(page).toContain('Dune')
    const fields = formWith(page, 'cancel')
    expect((await fetch(manage, { method: 'POST', body: new URLSearchParams(fields) })).status).toBe(200)
    const again = await request(shop.url, 'POST', '/prebooks/confirm', { body: { token } })
    expect(again).toMatchObject({ status: 200, body: { status: 'cancelled', cancelled_by: 'reader' } })
    expect(shop.api.output()).not.toContain('token=')
    expect(shop.api.output()).not.toContain(guest)
  },
)

/** The fields of the form whose button has an action. */
function formWith(page: string, action: string): Record<string, string> {
  const form =
    page.match(/<form[^>]*>.*?<\/form>/gs)?.find((each) => each.includes(`value="${action}"`)) ?? ''
  const fields = [...form.matchAll(/name="(\w+)"\s+value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}
