import { WAIT } from '@prebook/testing/bounds'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import {
  closeOpenWaitlist,
  ensureOpenWaitlist,
  findUser,
  insertBook,
  insertMovement,
  insertPrebook,
  insertUser,
  updateUser,
} from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createMailLinks } from '@prebook/server'
import { readConfig } from '../config.ts'
import { startApi } from '../start-api.ts'

const SECRET = 'a secret that is long enough for this'
const TITLE = 'Dune <script>alert("1")</script> & "sons"'

/** Starts the real application with one notified reader, and returns the links of their mail. */
async function openMailPages(engine: (typeof engines)[number], environment: Record<string, string> = {}) {
  await using setUp = new AsyncDisposableStack()
  const { store, url: databaseUrl } = setUp.use(await engine.create())
  const lines: string[] = []
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) })
  const config = readConfig({ DATABASE_URL: databaseUrl, PORT: '0', SECRET, ...environment })
  const api = setUp.adopt(await startApi(config, log), (it) => it.stop())
  const now = Date.now()
  const rows = await store.write(async (tx) => {
    const person = { passwordHash: 'x', now }
    const reader = await insertUser(tx, { ...person, email: 'reader@example.org', role: 'reader' })
    const admin = await insertUser(tx, { ...person, email: 'admin@example.org', role: 'admin' })
    const book = await insertBook(tx, {
      title: TITLE,
      author: 'Frank Herbert',
      isbn: null,
      price_cents: 1_999,
      description: null,
      stock_quantity: 0,
      search_text: 'dune',
      created_at: now,
      updated_at: now,
    })
    const bookId = book?.id ?? 0
    const userId = reader?.id ?? 0
    const waitlistId = await ensureOpenWaitlist(tx, bookId, now)
    const prebookId = (await insertPrebook(tx, { waitlistId, userId, now })) ?? 0
    const movement = await insertMovement(tx, {
      book_id: bookId,
      delta: 3,
      quantity_after: 3,
      actor_id: admin?.id ?? 0,
      token_id: null,
      note: null,
      created_at: now,
    })
    await closeOpenWaitlist(tx, { bookId, movementId: movement.id, now })
    return { userId, bookId, prebookId }
  })
  const links = createMailLinks({ publicUrl: api.url, secret: SECRET })
  const disposables = setUp.move()
  return {
    url: api.url,
    store,
    lines,
    ...rows,
    cancel: links.cancelPage(rows.prebookId, now),
    unsubscribe: links.unsubscribePage(rows.userId, now),
    /** The state that the links can change. */
    state: () =>
      store.read(async (reader) => {
        const user = await findUser(reader, rows.userId)
        const prebook = await reader
          .selectFrom('prebooks')
          .select(['cancelled_at', 'cancelled_from'])
          .where('id', '=', rows.prebookId)
          .executeTakeFirst()
        return { optedOut: user?.mail_opt_out === 1, cancelledFrom: prebook?.cancelled_from ?? null }
      }),
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

const untouched = { optedOut: false, cancelledFrom: null }
const sqlite = engines.filter(({ name }) => name === 'sqlite')

describe.each(engines)('links in mails on $name', (engine) => {
  test('show a page and change nothing when they are opened', async () => {
    await using shop = await openMailPages(engine)
    for (const link of [shop.cancel, shop.unsubscribe]) {
      const answer = await fetch(link)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toContain('text/html')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      const text = await answer.text()
      expect(text).toContain('<form method="post"><button>')
      expect(text).not.toContain('<script')
      expect(text).not.toMatch(/ style=/)
    }
    expect(await (await fetch(shop.cancel)).text()).toContain(
      'Dune &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ',
    )
    expect(await shop.state()).toEqual(untouched)
    const css = await fetch(new URL('/mail/style.css', shop.url))
    expect(css.headers.get('content-type')).toContain('text/css')
  })

  test('unsubscribe with a plain POST (RFC 8058): no cookie, no redirect, idempotent', async () => {
    await using shop = await openMailPages(engine)
    for (let times = 0; times < 2; times += 1) {
      const answer = await fetch(shop.unsubscribe, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(await shop.state()).toEqual({ optedOut: true, cancelledFrom: null })
    }
  })

  test('unsubscribe with the multipart encoding of RFC 8058, for a deactivated account too', async () => {
    await using shop = await openMailPages(engine)
    await shop.store.write((tx) => updateUser(tx, shop.userId, { is_active: 0 }))
    const body = new FormData()
    body.set('List-Unsubscribe', 'One-Click')
    expect((await fetch(shop.unsubscribe, { method: 'POST', body })).status).toBe(200)
    expect(await shop.state()).toEqual({ optedOut: true, cancelledFrom: null })
  })

  test('cancel with the button, and show the cancelled state afterwards', async () => {
    await using shop = await openMailPages(engine)
    const post = () => fetch(shop.cancel, { method: 'POST', body: new URLSearchParams() })
    const answer = await post()
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Pre-booking cancelled')
    expect(await shop.state()).toEqual({ optedOut: false, cancelledFrom: 'notified' })
    for (const later of [await post(), await fetch(shop.cancel)]) {
      expect(later.status).toBe(200)
      const text = await later.text()
      expect(text).toContain('Pre-booking cancelled')
      expect(text).not.toContain('<form')
    }
  })

  test('show a page while the database is busy, and work afterwards', async () => {
    await using shop = await openMailPages(engine, { DATABASE_WAIT_MS: '200' })
    const post = () => fetch(shop.cancel, { method: 'POST', body: new URLSearchParams() })
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const lock = shop.store.writeOnBook(shop.bookId, 'exclusive', async () => {
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const answer = await post()
    release.resolve()
    await lock
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(await answer.text()).toContain('Nothing was changed')
    expect(await shop.state()).toEqual(untouched)
    expect((await post()).status).toBe(200)
  })

  test('do not cancel for a deactivated account', async () => {
    await using shop = await openMailPages(engine)
    await shop.store.write((tx) => updateUser(tx, shop.userId, { is_active: 0 }))
    for (const method of ['GET', 'POST']) expect((await fetch(shop.cancel, { method })).status).toBe(403)
    expect(await shop.state()).toEqual(untouched)
  })

  test('show an error page and change nothing for an invalid token or one for another purpose', async () => {
    await using shop = await openMailPages(engine)
    const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''
    const cancel = tokenOf(shop.cancel)
    const unsubscribe = tokenOf(shop.unsubscribe)
    const old = createMailLinks({ publicUrl: shop.url, secret: SECRET })
    const foreign = createMailLinks({ publicUrl: shop.url, secret: 'another secret of enough length.....' })
    const longAgo = Date.now() - 366 * 86_400_000
    const wrong: [string, string][] = [
      ...['', 'x', '1', `${cancel}x`, cancel.slice(0, -1), `${cancel} `, '1.9999999999.', unsubscribe].map(
        (token): [string, string] => ['cancel', token],
      ),
      ['unsubscribe', cancel],
      ['cancel', cancel.replace(/^\d+/, '999')],
      ['cancel', cancel.replace(/\.\d+\./, '.99999999999.')],
      ['cancel', tokenOf(foreign.cancelPage(shop.prebookId, Date.now()))],
      ['cancel', tokenOf(old.cancelPage(shop.prebookId, longAgo))],
      ['unsubscribe', tokenOf(old.unsubscribePage(shop.userId, longAgo))],
      ['cancel', tokenOf(old.cancelPage(999_999, Date.now()))],
    ]
    for (const [page, token] of wrong) {
      for (const method of ['GET', 'POST']) {
        const url = `${shop.url}/mail/${page}?${new URLSearchParams({ token }).toString()}`
        const answer = await fetch(url, { method })
        expect([page, token, method, answer.status]).toEqual([page, token, method, 404])
        expect(await answer.text()).toContain('This link is not valid')
      }
    }
    expect((await fetch(`${shop.url}/mail/cancel`, { method: 'POST' })).status).toBe(404)
    expect(await shop.state()).toEqual(untouched)
  })

  test('are not logged, so a reader of the log cannot use them', async () => {
    await using shop = await openMailPages(engine)
    await fetch(shop.cancel)
    await fetch(shop.unsubscribe, { method: 'POST' })
    expect(shop.lines.join('')).toContain('/mail/cancel')
    expect(shop.lines.join('')).not.toContain('token=')
  })
})

describe.each(sqlite)('held e-mails', (engine) => {
  test('are shown to developers with MAIL_PREVIEW=1, as they would be sent', async () => {
    await using shop = await openMailPages(engine, { MAIL_PREVIEW: '1' })
    const list = async () => (await fetch(new URL('/dev/mail', shop.url))).text()
    await expect.poll(list, WAIT).toContain('reader@example.org')
    const text = await list()
    expect(text).toContain('Dune &lt;script&gt;')
    expect(text).not.toContain('<script')
    const link = /href="(\/dev\/mail\/\d+)"/.exec(text)?.[1] ?? ''
    const mail = await fetch(new URL(link, shop.url))
    expect(mail.status).toBe(200)
    expect(mail.headers.get('content-security-policy')).toContain('sandbox')
    expect(await mail.text()).toContain('Dune &#60;script&#62;')
    const cancel = /http:\/\/127\.0\.0\.1:\d+\/mail\/cancel\?token=[\w.-]+/.exec(text)?.[0] ?? ''
    expect((await fetch(cancel)).status).toBe(200)
    const missing = await fetch(new URL('/dev/mail/999', shop.url))
    expect(missing.status).toBe(404)
    expect(await missing.text()).toContain('E-mail not found')
  })

  test('are not shown otherwise', async () => {
    await using shop = await openMailPages(engine)
    expect((await fetch(new URL('/dev/mail', shop.url))).status).toBe(404)
    expect((await fetch(new URL('/dev/mail/1', shop.url))).status).toBe(404)
  })

  test('are announced at startup: mail is off', async () => {
    await using shop = await openMailPages(engine)
    const entries = shop.lines.map((line) => JSON.parse(line) as { level: number; msg: string })
    expect(entries.filter(({ msg }) => msg.startsWith('mail is off'))).toMatchObject([{ level: 40 }])
  })
})
