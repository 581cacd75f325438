import { describe, expect, test } from 'vitest'
import { Locale } from '@prebook/core'
import { ensureOpenWaitlist, findUser, insertPrebook, insertUser, updateUser } from '@prebook/db'
import { createMailLinks, type MailLinks } from '@prebook/server'
import { addBooks, addPerson, PASSWORD } from '../hostile/people.ts'
import { changedTables, fingerprint } from '../hostile/fingerprint.ts'
import { runnableEngines, startHostileApi, unreachableMail, type HostileApi } from '../hostile/hostile-api.ts'

const email = 'guest@example.org'
const DAY_MS = 86_400_000
const links = (api: HostileApi) => createMailLinks({ publicUrl: api.url, secret: unreachableMail.SECRET })

/** The application with a guest who waits for some of its books, those with odd ids. */
async function openPages(engine: Parameters<typeof startHostileApi>[0], { books = [1, 3] } = {}) {
  const api = await startHostileApi(engine, unreachableMail)
  await addBooks(api, 60)
  const { store } = api
  const now = Date.now()
  const rows = await store.write(async (tx) => {
    const guest = { email, passwordHash: null, role: 'reader', verified: true, now } as const
    const userId = (await insertUser(tx, guest))?.id ?? 0
    const prebookIds: number[] = []
    for (const bookId of books) {
      const waitlistId = await ensureOpenWaitlist(tx, bookId, now)
      prebookIds.push((await insertPrebook(tx, { waitlistId, userId, now })) ?? 0)
    }
    return { userId, prebookIds }
  })
  const manage = links(api).managePage(rows.userId, 0, now)
  return {
    api,
    ...rows,
    manage,
    links: links(api),
    user: () => store.read((reader) => findUser(reader, rows.userId)),
    change: (fields: Parameters<typeof updateUser>[2]) =>
      store.write((tx) => updateUser(tx, rows.userId, fields)),
    prebooks: () => store.read((reader) => reader.selectFrom('prebooks').selectAll().execute()),
    mails: () =>
      store.read((reader) =>
        reader.selectFrom('deliveries').select(['kind', 'lane', 'user_id', 'recipient']).execute(),
      ),
    wish: (some: Partial<Parameters<MailLinks['confirmPage']>[0]> = {}) =>
      links(api).confirmPage({
        id: 'a wish',
        bookId: 5,
        email: 'new@example.org',
        locale: 'en',
        expiresAt: Math.floor(now / 1_000) * 1_000 + DAY_MS,
        ...some,
      }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function post(link: string, fields: Record<string, string>): Promise<Response> {
  return fetch(link, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
}

async function textOf(answer: Response | Promise<Response>): Promise<string> {
  return (await (await answer).text()).replaceAll(/\s+/g, ' ')
}

describe.each(runnableEngines())('the pages of guests on $name', (engine) => {
  test('change nothing by GET, HEAD and OPTIONS, nor by a POST without their button', async () => {
    await using pages = await openPages(engine)
    const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }
    const attempts = [
      { method: 'GET' },
      { method: 'HEAD' },
      { method: 'OPTIONS' },
      { method: 'POST' },
      oneClick,
    ]
    const before = await fingerprint(pages.api.store)
    const [prebookId = 0] = pages.prebookIds
    const acting = [
      pages.links.unsubscribePage(pages.userId, Date.now()),
      pages.links.cancelPage(prebookId, Date.now()),
    ]
    for (const link of [pages.wish(), pages.manage, ...acting]) {
      for (const attempt of acting.includes(link) ? attempts.slice(0, 3) : attempts) {
        const answer = await fetch(link, attempt)
        expect(answer.status).toBeLessThan(500)
        if (attempt.method === 'OPTIONS') continue
        expect(answer.status).toBe(200)
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
        expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
        expect(answer.headers.get('set-cookie')).toBeNull()
        const text = await answer.text()
        expect(text).not.toMatch(/<script| style=/)
        expect(text.includes('<form method="post">')).toBe(attempt.method !== 'HEAD')
      }
      const token = new URL(link).searchParams.get('token') ?? ''
      expect(pages.api.lines.filter((line) => line.includes(token))).toEqual([])
    }
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])
  })

  test.each(Locale.options)('are complete in %s, with its direction', async (locale) => {
    await using pages = await openPages(engine)
    await pages.change({ locale })
    const texts = [await textOf(fetch(pages.wish({ locale }))), await textOf(fetch(pages.manage))]
    for (const text of texts) {
      expect(text).toContain(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
      expect(text).not.toMatch(/undefined|null|\[object|NaN|Invalid Date|=>/)
    }
    const answer = await fetch(`${pages.manage}x`, { headers: { 'accept-language': `${locale}-XX, xx` } })
    expect(await textOf(answer)).toContain(`<html lang="${locale}" `)
  })

  test('show what is pre-booked, page by page, newest first', async () => {
    const books = Array.from({ length: 25 }, (_, index) => index * 2 + 1)
    await using pages = await openPages(engine, { books })
    const first = await textOf(fetch(pages.manage))
    const titlesOf = (text: string) =>
      [...text.matchAll(/class="book">(Book \d+)</g)].map(([, title]) => title)
    expect(titlesOf(first)).toEqual(
      books
        .slice(5)
        .toReversed()
        .map((id) => `Book ${id}`),
    )
    expect(first).toContain('number 1 in the queue')
    const older = /href="(\?token=[^"]+before=\d+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await textOf(fetch(new URL(older, pages.manage)))
    expect(titlesOf(second)).toEqual(
      books
        .slice(0, 5)
        .toReversed()
        .map((id) => `Book ${id}`),
    )
    expect(second).not.toContain('before=')
  })

  test('cancel, once or again, and never what belongs to another account', async () => {
    await using pages = await openPages(engine)
    const [prebook = 0] = pages.prebookIds
    const other = await pages.api.store.write(async (tx) => {
      const user = { email: 'other@example.org', passwordHash: null, role: 'reader', now: 1 } as const
      const userId = (await insertUser(tx, user))?.id ?? 0
      const waitlistId = await ensureOpenWaitlist(tx, 1, 1)
      return (await insertPrebook(tx, { waitlistId, userId, now: 1 })) ?? 0
    })
    for (const foreign of [String(other), '0', '', 'x', '9999999', '1e3']) {
      const answer = await post(pages.manage, { action: 'cancel', prebook: foreign })
      expect([foreign, answer.status]).toEqual([foreign, 422])
      expect(await textOf(answer)).toContain('role="alert"')
    }
    for (let times = 0; times < 2; times += 1) {
      const answer = await post(pages.manage, { action: 'cancel', prebook: String(prebook) })
      expect(answer.status).toBe(200)
      expect(await textOf(answer)).toContain('The pre-booking is cancelled.')
    }
    const cancelled = (await pages.prebooks()).filter((row) => row.cancelled_at !== null)
    expect(cancelled).toMatchObject([{ id: prebook }])
  })

  test('change the language, and stop and start mail', async () => {
    await using pages = await openPages(engine)
    expect(await textOf(post(pages.manage, { action: 'language', locale: 'de' }))).toContain(
      '<html lang="de"',
    )
    expect((await post(pages.manage, { action: 'language', locale: 'xx' })).status).toBe(422)
    expect(await pages.user()).toMatchObject({ locale: 'de', mail_opt_out: 0 })
    await post(pages.manage, { action: 'mails-off' })
    expect(await pages.user()).toMatchObject({ mail_opt_out: 1 })
    await post(pages.manage, { action: 'mails-on' })
    expect(await pages.user()).toMatchObject({ mail_opt_out: 0 })
  })

  test('mail the link to a password to the guest, do not show it, and not too often', async () => {
    await using pages = await openPages(engine)
    const statuses: number[] = []
    for (let times = 0; times < 6; times += 1) {
      const answer = await post(pages.manage, { action: 'password' })
      statuses.push(answer.status)
      expect(await answer.text()).not.toContain('/mail/reset')
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    const mails = await pages.mails()
    expect(mails).toHaveLength(5)
    for (const mail of mails)
      expect(mail).toEqual({ kind: 'set-password', lane: 'now', user_id: pages.userId, recipient: null })
    expect(await pages.user()).toMatchObject({ password_hash: null })
  })

  test('erase the guest after they are asked once more', async () => {
    await using pages = await openPages(engine)
    const asked = await textOf(post(pages.manage, { action: 'erase' }))
    expect(asked).toContain(email)
    expect(await pages.user()).toBeDefined()
    expect(asked).toContain('value="erase-all"')
    const answer = await post(pages.manage, { action: 'erase-all' })
    expect(answer.status).toBe(200)
    expect(await pages.user()).toBeUndefined()
    for (const { cancelled_at } of await pages.prebooks()) expect(cancelled_at).not.toBeNull()
    expect((await fetch(pages.manage)).status).toBe(410)
  })

  test('stop when the guest stops the links, and the next one works', async () => {
    await using pages = await openPages(engine)
    expect((await post(pages.manage, { action: 'revoke' })).status).toBe(200)
    const next = pages.links.managePage(pages.userId, 1, Date.now())
    for (const action of ['', 'revoke', 'erase-all', 'mails-off'])
      expect((await post(pages.manage, { action })).status).toBe(410)
    expect((await fetch(pages.manage)).status).toBe(410)
    expect((await fetch(next)).status).toBe(200)
    expect(await pages.user()).toMatchObject({ manage_generation: 1, mail_opt_out: 0 })
  })

  test('are only for guests: with a password one signs in, and a deactivated account is refused', async () => {
    await using pages = await openPages(engine)
    const passwordHash = await pages.api.services.passwords.hash(PASSWORD)
    for (const [fields, status] of [
      [{ password_hash: passwordHash }, 410],
      [{ password_hash: null, verified_at: null }, 410],
      [{ verified_at: 1, role: 'staff' }, 410],
      [{ role: 'reader', is_active: 0 }, 403],
    ] as const) {
      await pages.change(fields)
      for (const action of [null, '', 'erase-all', 'revoke', 'password', 'language', 'mails-off', 'cancel']) {
        const attempt =
          action === null
            ? fetch(pages.manage)
            : post(pages.manage, { action, locale: 'de', prebook: String(pages.prebookIds[0]) })
        expect([fields, action, (await attempt).status]).toEqual([fields, action, status])
      }
    }
    expect(await pages.user()).toMatchObject({ locale: 'en', mail_opt_out: 0, manage_generation: 0 })
    expect(await pages.mails()).toEqual([])
  })

  test('refuse tokens that are expired, changed or for something else, and change nothing', async () => {
    await using pages = await openPages(engine)
    const yearAgo = Date.now() - 366 * DAY_MS
    const wish = pages.wish()
    const wrong = [
      pages.links.managePage(pages.userId, 0, yearAgo),
      pages.links.managePage(pages.userId, 1, Date.now()),
      pages.links.managePage(9_999, 0, Date.now()),
      pages.manage.replace('/manage', '/confirm'),
      `${pages.manage}x`,
      pages.manage.slice(0, -1),
      `${pages.api.url}/mail/manage`,
      wish.replace('/confirm', '/manage'),
      `${wish}x`,
      wish.slice(0, -1),
      `${pages.api.url}/mail/confirm`,
      pages.links.cancelPage(pages.prebookIds[0] ?? 0, Date.now()).replace('/cancel', '/manage'),
      pages.links.unsubscribePage(pages.userId, Date.now()).replace('/unsubscribe', '/manage'),
    ]
    const before = await fingerprint(pages.api.store)
    for (const link of wrong) {
      const fields = { action: 'erase-all', answer: 'confirm' }
      for (const answer of [await fetch(link), await post(link, fields)]) {
        expect([link, answer.status]).toEqual([link, 410])
        expect(await textOf(answer)).toContain('This link no longer works')
      }
    }
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])
  })

  test('a one-click unsubscribe (RFC 8058) stops mail about books and changes nothing else', async () => {
    await using pages = await openPages(engine)
    const before = { tables: await fingerprint(pages.api.store), user: await pages.user() }
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    const link = pages.links.unsubscribePage(pages.userId, Date.now())
    expect((await fetch(link, { method: 'POST', body })).status).toBe(200)
    const changed = changedTables(before.tables, await fingerprint(pages.api.store))
    expect(changed.map((table) => table.split(' ')[0])).toEqual(['users'])
    expect(await pages.user()).toEqual({ ...before.user, mail_opt_out: 1 })
  })

  test('say before a confirmation whether the book can be pre-booked', async () => {
    await using pages = await openPages(engine)
    const open = await textOf(fetch(pages.wish()))
    expect(open).toContain('new@example.org')
    expect(open).toContain('counts from the moment you confirm')
    expect(open).toContain('erased')
    const inStock = await fetch(pages.wish({ bookId: 2 }))
    expect(inStock.status).toBe(409)
    expect(await textOf(inStock)).toContain('This book is in stock')
    await pages.api.store.write((tx) =>
      tx.updateTable('books').set({ withdrawn_at: 1 }).where('id', '=', 5).execute(),
    )
    const withdrawn = await textOf(fetch(pages.wish()))
    expect(withdrawn).toContain('This book will not come back')
    expect(withdrawn).not.toContain('<form')
  })

  test('confirm by the button, and show the pre-booking as it is now from then on', async () => {
    await using pages = await openPages(engine)
    const wish = pages.wish()
    const confirmed = await post(wish, { answer: 'confirm' })
    expect(confirmed.status).toBe(200)
    const text = await textOf(confirmed)
    expect(text).toContain('You are number 1 in the queue.')
    const manage = new URL(/href="(manage\?token=[^"]+)"/.exec(text)?.[1] ?? '', wish)
    expect(await textOf(fetch(manage))).toContain('new@example.org')

    const before = await fingerprint(pages.api.store)
    const later = [() => fetch(wish), () => post(wish, {}), () => post(wish, { answer: 'confirm' })]
    for (const open of later) expect(await textOf(open())).toContain('You are number 1 in the queue.')
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])

    const prebook = (await pages.prebooks()).at(-1)?.id ?? 0
    await post(manage.href, { action: 'cancel', prebook: String(prebook) })
    await pages.api.store.write((tx) =>
      tx.updateTable('books').set({ stock_quantity: 3 }).where('id', '=', 5).execute(),
    )
    for (const open of later) expect(await textOf(open())).toContain('This pre-booking is cancelled')
    await post(manage.href, { action: 'erase-all' })
    for (const open of later) {
      const answer = await open()
      expect(answer.status).toBe(410)
      expect(await textOf(answer)).toContain('everything about it was erased')
    }
  })

  test('confirm nothing once the book is in stock or withdrawn, or the account is deactivated', async () => {
    await using pages = await openPages(engine)
    await pages.change({ is_active: 0 })
    const before = await fingerprint(pages.api.store)
    for (const [link, status, says] of [
      [pages.wish({ bookId: 2 }), 409, 'This book is in stock'],
      [pages.wish({ email, locale: 'de' }), 403, 'Dieses Konto ist deaktiviert'],
    ] as const) {
      const answer = await post(link, { answer: 'confirm' })
      expect(answer.status).toBe(status)
      expect(await textOf(answer)).toContain(says)
    }
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])
  })

  test('lead a reader with a password to the page behind the sign-in', async () => {
    await using pages = await openPages(engine)
    const { id, email: address } = await addPerson(pages.api, 'reader@example.org')
    await pages.api.store.write((tx) => updateUser(tx, id, { verified_at: 1 }))
    const text = await textOf(post(pages.wish({ email: address }), { answer: 'confirm' }))
    expect(text).toContain('href="../prebookings"')
    expect(text).not.toContain('/mail/manage')
    expect(text).not.toContain('manage?')
  })
})
