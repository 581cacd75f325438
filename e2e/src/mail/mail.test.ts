import { bound, TEST_MS, WAIT } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { createClient } from '@prebook/client'
import { startShop, highLimits } from '../testing/shop.ts'
import { startMailSink, type ArrivedMail, type MailSink } from '../testing/mail-sink.ts'

/** The variables that an operator sets to send mail. */
const mailSettings = (smtpUrl: string) => ({
  SMTP_URL: smtpUrl,
  MAIL_FROM: 'The Bookshop <shop@books.example>',
  SECRET: 'a secret of at least thirty-two characters',
  PUBLIC_URL: 'http://books.example',
})

const header = ({ mail }: ArrivedMail, key: string) =>
  mail.headers.find((each) => each.key === key)?.value ?? ''

/** Removes the angle brackets of a link and points it at the test server. */
const toTestServer = (link: string, url: string) =>
  link.replace(/^<|>$/g, '').replace('http://books.example', url)

/** Confirms the addresses of new accounts by the links that were mailed to them, and forgets these mails. */
async function confirmAddresses(sink: MailSink, url: string, count: number): Promise<void> {
  await expect.poll(() => sink.arrived.length, WAIT).toBe(count)
  for (const { mail } of sink.arrived.splice(0)) {
    const link = /http:\/\/books\.example\/mail\/verify\?token=\S+/.exec(mail.text ?? '')?.[0] ?? ''
    const page = await fetch(toTestServer(link, url), { method: 'POST' })
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('Your address is confirmed'),
    ])
  }
}

describe('a restock', () => {
  test('sends an e-mail to each waiting reader, who can unsubscribe with one click', async () => {
    await using sink = await startMailSink()
    await using shop = await startShop(mailSettings(sink.url))
    const book = await shop.addBook(0, { title: 'Dune\u202e & <Sons>' })
    const [notified, cancelled, optedOut] = await shop.signUpMany(3)
    await confirmAddresses(sink, shop.url, 3)
    for (const reader of [notified, cancelled, optedOut])
      await reader?.client.prebooks.create.mutate({ bookId: book.id })
    const { items } = (await cancelled?.client.prebooks.list.query({})) ?? { items: [] }
    await cancelled?.client.prebooks.cancel.mutate({ prebookId: items[0]?.id ?? 0 })
    await optedOut?.client.account.update.mutate({ mailOptOut: true })
    await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 4 })

    const states = async () =>
      (await shop.admin.client.deliveries.list.query({ bookId: book.id })).items.map(({ state }) => state)
    await expect.poll(async () => (await states()).toSorted(), WAIT).toEqual(['sent', 'skipped'])
    expect(sink.arrived.map(({ recipients }) => recipients)).toEqual([[notified?.email]])
    const [first] = sink.arrived
    if (first === undefined) throw new Error('No mail.')
    // Without the character that would reverse the rest of the line.
    expect(first.mail.subject).toBe('“Dune & <Sons>” is back in stock')
    expect(first.mail.text).toContain('4 copies came in, and 2 readers were waiting.')
    expect(first.mail.from).toEqual({ name: 'The Bookshop', address: 'shop@books.example' })

    const oneClick = await fetch(toTestServer(header(first, 'list-unsubscribe'), shop.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(oneClick.status).toBe(200)
    expect(await notified?.client.auth.me.query()).toMatchObject({ mailOptOut: true })
    const cancel = /http:\/\/books\.example\/mail\/cancel\?token=\S+/.exec(first.mail.text ?? '')?.[0] ?? ''
    expect((await fetch(toTestServer(cancel, shop.url))).status).toBe(200)
    expect((await notified?.client.prebooks.list.query({}))?.items[0]?.status).toBe('notified')
    expect((await fetch(toTestServer(cancel, shop.url), { method: 'POST' })).status).toBe(200)
    expect((await notified?.client.prebooks.list.query({}))?.items[0]?.status).toBe('cancelled')

    const output = shop.api.output()
    expect(output).not.toContain('token=')
    expect(output).not.toContain(String(notified?.email))
  })

  test('is mailed to any address that can register, in ASCII', async () => {
    await using sink = await startMailSink()
    await using shop = await startShop(mailSettings(sink.url))
    const book = await shop.addBook(0)
    const password = 'a password for tests'
    for (const email of ["O'!#$%&*+-/=?^_`{|}~@example.org", 'ada@Bücher.example', 'ada@пример.рф']) {
      const { token } = await shop.anonymous().client.auth.register.mutate({ email, password })
      await createClient({ url: shop.url, token: token ?? '' }).prebooks.create.mutate({ bookId: book.id })
    }
    await confirmAddresses(sink, shop.url, 3)
    await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 4 })

    await expect.poll(() => sink.arrived.length, WAIT).toBe(3)
    const to = sink.arrived.map(({ mail }) => String(mail.to?.map(({ address }) => address)))
    expect(to.toSorted()).toEqual([
      'ada@xn--bcher-kva.example',
      'ada@xn--e1afmkfd.xn--p1ai',
      "o'!#$%&*+-/=?^_`{|}~@example.org",
    ])
    // The test's mail server decodes domains.
    expect(sink.arrived.map(({ recipients }) => String(recipients)).toSorted()).toEqual([
      'ada@bücher.example',
      'ada@пример.рф',
      "o'!#$%&*+-/=?^_`{|}~@example.org",
    ])
  })

  test(
    'is mailed by the next process when the first is killed, with the same Message-ID',
    {
      timeout: TEST_MS,
    },
    async () => {
      await using sink = await startMailSink()
      const blocked = Promise.withResolvers<void>()
      await using shop = await startShop(mailSettings(sink.url))
      const book = await shop.addBook(0)
      const [reader] = await shop.signUpMany(1)
      await confirmAddresses(sink, shop.url, 1)
      sink.beforeAnswer = () => blocked.promise
      await reader?.client.prebooks.create.mutate({ bookId: book.id })
      await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 1 })
      await expect.poll(() => sink.arrived.length, WAIT).toBe(1)
      // The mail has arrived, but the process does not know it yet.
      process.kill(shop.api.pid, 'SIGKILL')
      await shop.api.ended
      blocked.resolve()

      await using next = await spawnApi({
        databaseUrl: shop.api.databaseUrl,
        env: { ...highLimits, ...mailSettings(sink.url) },
      })
      // The lease of the killed process has to expire first: after 37 seconds at most.
      await expect.poll(() => sink.arrived.length, { timeout: bound(120_000) }).toBe(2)
      const ids = new Set(sink.arrived.map(({ mail }) => mail.messageId))
      expect(ids.size).toBe(1)
      const admin = createClient({ url: next.url, token: shop.admin.token })
      await expect
        .poll(async () => (await admin.deliveries.list.query({ bookId: book.id })).items, WAIT)
        .toMatchObject([{ state: 'sent', attempts: 1 }])
    },
  )

  test('without a mail server is mailed by a redrive once there is one', async () => {
    await using sink = await startMailSink()
    await using shop = await startShop()
    const book = await shop.addBook(0)
    const [reader] = await shop.signUpMany(1)
    await reader?.client.prebooks.create.mutate({ bookId: book.id })
    await shop.admin.client.stock.set.mutate({ bookId: book.id, quantity: 1 })
    const heldCount = async () =>
      (await shop.admin.client.deliveries.list.query({ state: 'held' })).items.length
    await expect.poll(heldCount, WAIT).toBe(1)
    expect(shop.api.output()).toMatch(/"level":40[^\n]*mail is off/)
    await shop.api.stop()

    await using next = await spawnApi({
      databaseUrl: shop.api.databaseUrl,
      env: { ...highLimits, ...mailSettings(sink.url) },
    })
    expect(next.output()).not.toContain('mail is off')
    const admin = createClient({ url: next.url, token: shop.admin.token })
    await createClient({ url: next.url, token: reader?.token }).account.resendVerification.mutate()
    await confirmAddresses(sink, next.url, 1)
    expect(await admin.deliveries.redrive.mutate({ state: 'held' })).toEqual({
      redriven: 1,
      nextCursor: null,
    })
    await expect.poll(() => sink.arrived.length, WAIT).toBe(1)
    const [delivery] = (await admin.deliveries.list.query({ bookId: book.id })).items
    await expect
      .poll(
        async () => (await admin.deliveries.list.query({ bookId: book.id, state: 'sent' })).items.length,
        WAIT,
      )
      .toBe(1)
    await expect(admin.deliveries.redrive.mutate({ deliveryId: delivery?.id ?? 0 })).rejects.toMatchObject({
      data: { reason: 'DELIVERY_NOT_REDRIVABLE', httpStatus: 409 },
    })
  })
})

test('refuses to start with SMTP_URL but without the other mail settings, and names them', async () => {
  const { SMTP_URL } = mailSettings('smtp://shop:swordfish@127.0.0.1:1')
  const refused = await spawnApi({ env: { SMTP_URL } }).catch((error: unknown) => String(error))
  for (const name of ['MAIL_FROM', 'SECRET', 'PUBLIC_URL'])
    expect(refused).toContain(`${name} is required when SMTP_URL is set`)
  expect(refused).not.toContain('swordfish')
})
