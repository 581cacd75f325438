import { expect, describe, test } from 'vitest'
import { findUserByEmail, openAccountLink, updateUser } from '@prebook/db'
import type { AccountLinkPurpose } from '@prebook/core'
import { createMailLinks } from '@prebook/server'
import { addPerson, PASSWORD } from '../hostile/people.ts'
import { changedTables, fingerprint } from '../hostile/fingerprint.ts'
import { runnableEngines, startHostileApi, unreachableMail, type HostileApi } from '../hostile/hostile-api.ts'

const email = 'owner@example.org'
const password = PASSWORD
const json = { 'content-type': 'application/json' }

/** The application with an account whose address is not proven, and its links. */
async function openPages(engine: Parameters<typeof startHostileApi>[0]) {
  const api = await startHostileApi(engine, unreachableMail)
  const { id } = await addPerson(api, email)
  const links = createMailLinks({ publicUrl: api.url, secret: unreachableMail.SECRET })
  const user = () => api.store.read((reader) => findUserByEmail(reader, email))
  return {
    api,
    id,
    user,
    /** Opens a link and returns its address. */
    async link(purpose: AccountLinkPurpose, some: { email?: string; role?: 'staff' } = {}) {
      const expiresAt = Date.now() + 60_000
      const generation = await api.store.write((tx) =>
        openAccountLink(tx, { userId: id, purpose, expiresAt, ...some }),
      )
      return links.accountPage(purpose, id, generation, expiresAt)
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

function post(link: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(link, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
}

async function signInStatus(api: HostileApi, secret: string): Promise<number> {
  const body = JSON.stringify({ email, password: secret })
  return (await api.send({ method: 'POST', path: '/auth/login', headers: json, body })).status
}

describe.each(runnableEngines())('links to an account on $name', (engine) => {
  test('change nothing by GET, HEAD and OPTIONS, and their tokens reach neither caches nor logs', async () => {
    await using pages = await openPages(engine)
    const all = [
      await pages.link('verify'),
      await pages.link('reset'),
      await pages.link('invite', { role: 'staff' }),
    ]
    const before = await fingerprint(pages.api.store)
    for (const link of all) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const answer = await fetch(link, { method })
        expect(answer.status).toBeLessThan(500)
        if (method === 'OPTIONS') continue
        expect(answer.status).toBe(200)
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
        expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
        const text = await answer.text()
        expect(text).not.toMatch(/<script| style=/)
        expect(text.includes('<form method="post">')).toBe(method === 'GET')
      }
      const token = new URL(link).searchParams.get('token') ?? ''
      expect(pages.api.lines.filter((line) => line.includes(token))).toEqual([])
    }
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])
  })

  test('prove an address by a button, once', async () => {
    await using pages = await openPages(engine)
    const link = await pages.link('verify')
    const text = await (await fetch(link)).text()
    expect(text).toMatch(/was opened on \d+ \w+ \d{4}\. It has\s+0 pre-bookings/)
    expect((await post(link, { answer: 'mine' })).status).toBe(200)
    expect(await pages.user()).toMatchObject({ verified_at: expect.any(Number) })
    expect(await signInStatus(pages.api, password)).toBe(200)
    for (const answer of [await post(link), await fetch(link)]) {
      expect(answer.status).toBe(410)
      expect(await answer.text()).toContain('This link no longer works')
    }
  })

  test('lead to a new password when somebody else opened the account', async () => {
    await using pages = await openPages(engine)
    const verify = await pages.link('verify')
    const answer = await post(verify, { answer: 'not-mine' })
    expect(answer.status).toBe(303)
    expect(await signInStatus(pages.api, password)).toBe(200)
    const reset = new URL(answer.headers.get('location') ?? '', verify)
    expect(reset.href).toMatch(new RegExp(`^${pages.api.url}/mail/reset\\?token=`))
    expect(await (await fetch(reset)).text()).toContain('The account becomes yours.')
    expect((await post(reset.href, { password: 'the new owner' })).status).toBe(200)
    expect(await signInStatus(pages.api, password)).toBe(401)
    expect(await signInStatus(pages.api, 'the new owner')).toBe(200)
    expect((await post(verify)).status).toBe(410)
  })

  test('set a password, and say what is wrong with one', async () => {
    await using pages = await openPages(engine)
    await pages.api.store.write((tx) => updateUser(tx, pages.id, { verified_at: 1 }))
    const link = await pages.link('reset')
    for (const weak of ['short', email, 'password123', '']) {
      const answer = await post(link, { password: weak })
      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain('role="alert"')
    }
    for (const body of ['x', new Uint8Array([0, 1])])
      expect((await fetch(link, { method: 'POST', body })).status).toBe(422)
    expect(await signInStatus(pages.api, password)).toBe(200)
    expect((await post(link, { password: 'a new password' })).status).toBe(200)
    expect(await signInStatus(pages.api, 'a new password')).toBe(200)
    expect((await post(link, { password: 'a newer password' })).status).toBe(410)
  })

  test('accept an invitation, with a password only if the address was never proven', async () => {
    await using pages = await openPages(engine)
    const first = await pages.link('invite', { role: 'staff' })
    expect(await (await fetch(first)).text()).toContain('name="password"')
    expect((await post(first)).status).toBe(422)
    expect((await post(first, { password: 'a staff password' })).status).toBe(200)
    expect(await pages.user()).toMatchObject({ role: 'staff' })
    await pages.api.store.write((tx) => updateUser(tx, pages.id, { role: 'reader' }))
    const second = await pages.link('invite', { role: 'staff' })
    expect(await (await fetch(second)).text()).not.toContain('name="password"')
    expect((await post(second)).status).toBe(200)
    expect(await pages.user()).toMatchObject({ role: 'staff' })
    expect(await signInStatus(pages.api, 'a staff password')).toBe(200)
  })

  test('confirm a new address, unless another account has proven it meanwhile', async () => {
    await using pages = await openPages(engine)
    const link = await pages.link('verify', { email: 'new@example.org' })
    const text = await (await fetch(link)).text()
    expect(text).toContain('new@example.org')
    expect(text).not.toContain('I did not open this account')
    const other = await addPerson(pages.api, 'new@example.org')
    await pages.api.store.write((tx) => updateUser(tx, other.id, { verified_at: 1 }))
    expect((await post(link)).status).toBe(409)
    const free = await pages.link('verify', { email: 'free@example.org' })
    expect((await post(free)).status).toBe(200)
    expect(await pages.user()).toBeUndefined()
  })

  test('are refused with a page that offers the next step when the token is another one', async () => {
    await using pages = await openPages(engine)
    const reset = await pages.link('reset')
    const wrong = [
      reset.replace('/reset', '/verify'),
      reset.replace('/reset', '/invite'),
      `${reset}x`,
      reset.slice(0, -1),
      reset.split('=')[0] ?? '',
    ]
    const before = await fingerprint(pages.api.store)
    for (const link of wrong) {
      for (const answer of [await fetch(link), await post(link, { password, answer: 'not-mine' })]) {
        expect(answer.status).toBe(410)
        expect(await answer.text()).toContain('href="/forgot-password"')
      }
    }
    expect(changedTables(before, await fingerprint(pages.api.store))).toEqual([])
  })
})
