import { afterAll, describe, expect, test } from 'vitest'
import type { TestEngine } from '@prebook/db/testing'
import { everyChange, forms, prepareChanges, type Change } from './changes.ts'
import { changedTables, fingerprint } from './fingerprint.ts'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addBooks, addPerson, PASSWORD } from './people.ts'
import { readProcedures } from './procedures.ts'
import { readOperations } from './rest-document.ts'
import type { Answer, Attempt } from './send.ts'

const EVIL = 'https://evil.example'

/** What a browser says of a request that a page elsewhere made, or that it cannot place. */
const elsewhere: { where: string; said: (url: string) => Record<string, string> }[] = [
  { where: 'another site', said: () => ({ origin: EVIL, 'sec-fetch-site': 'cross-site' }) },
  { where: 'another site, in an old browser', said: () => ({ origin: EVIL }) },
  {
    where: 'another site of the same owner',
    said: () => ({ origin: 'http://other.example.org', 'sec-fetch-site': 'same-site' }),
  },
  { where: 'a site whose name begins alike', said: (url) => ({ origin: `${url}.evil.example` }) },
  { where: 'another port', said: () => ({ origin: 'http://127.0.0.1:1' }) },
  { where: 'the same name by HTTPS', said: (url) => ({ origin: url.replace('http:', 'https:') }) },
  { where: 'a sandboxed page', said: () => ({ origin: 'null' }) },
  {
    where: 'a sandboxed page, in a new browser',
    said: () => ({ origin: 'null', 'sec-fetch-site': 'cross-site' }),
  },
  { where: 'the address bar', said: () => ({ 'sec-fetch-site': 'none' }) },
  {
    where: 'a page that claims the own origin',
    said: (url) => ({ origin: url, 'sec-fetch-site': 'cross-site' }),
  },
  { where: 'a place that is not said', said: () => ({}) },
  { where: 'a place that only a referrer names', said: (url) => ({ referer: `${url}/docs` }) },
]

/** What a browser says of a page that may. */
const here: typeof elsewhere = [
  { where: 'this site', said: (url) => ({ origin: url, 'sec-fetch-site': 'same-origin' }) },
  { where: 'this site, in an old browser', said: (url) => ({ origin: url }) },
  {
    where: 'an allowed origin',
    said: () => ({ origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }),
  },
]

const json = { 'content-type': 'application/json' }

/** The service with an admin in it who signs in with a cookie, as a browser would. */
async function start(engine: TestEngine): Promise<HostileApi> {
  const api = await startHostileApi(engine, { CORS_ORIGINS: 'https://shop.example' })
  await addPerson(api, 'admin@example.org', { role: 'admin' })
  await prepareChanges(api)
  await addBooks(api, 2)
  return api
}

function signIn(api: HostileApi, headers: Record<string, string>, name = 'auth.login'): Promise<Answer> {
  const email = name === 'auth.login' ? 'admin@example.org' : 'fresh@example.org'
  const body = JSON.stringify({ email, password: PASSWORD, session: 'cookie' })
  return api.send({ method: 'POST', path: `/trpc/${name}`, headers: { ...json, ...headers }, body })
}

async function cookieFor(api: HostileApi): Promise<string> {
  const { headers } = await signIn(api, { origin: api.url })
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

function asJson({ method, path, input }: Change, headers: Record<string, string>): Attempt {
  return { method, path, headers: { ...json, ...headers }, body: JSON.stringify(input ?? {}) }
}

/** Sends what must be refused, and expects that it is and that nothing is different afterwards. */
async function expectRefused(api: HostileApi, attempt: Attempt): Promise<Answer> {
  const before = await fingerprint(api.store)
  const answer = await api.send(attempt)
  const { status, headers } = answer
  const changed = changedTables(before, await fingerprint(api.store))
  const refused = status >= 400 && status < 500
  expect({ attempt, refused, cookie: headers['set-cookie'], changed }).toEqual({
    attempt,
    refused: true,
    cookie: undefined,
    changed: [],
  })
  return answer
}

for (const engine of runnableEngines()) {
  const api = await start(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  const changes = everyChange()
  const cookie = await cookieFor(api)

  test(`every change of both doors is tried, on ${engine.name}`, async () => {
    const documented = (await readOperations(api)).filter(({ method }) => method !== 'GET')
    const mutations = readProcedures().filter(({ type }) => type === 'mutation')
    const named = (door: Change['door']) =>
      changes.filter((change) => change.door === door).map(({ name }) => name)
    expect(named('REST').toSorted()).toEqual(documented.map(({ name }) => name).toSorted())
    expect(named('tRPC').toSorted()).toEqual(mutations.map(({ name }) => name).toSorted())
  })

  describe.each(elsewhere)(`with a session cookie, from $where, on ${engine.name}`, ({ said }) => {
    test('a form changes nothing', async () => {
      for (const { method, path, input } of changes) {
        for (const { type, encode } of forms) {
          const headers = { cookie, 'content-type': type, ...said(api.url) }
          await expectRefused(api, { method, path, headers, body: encode(input) })
          // What a form itself can send has this method.
          if (method !== 'POST')
            await expectRefused(api, { method: 'POST', path, headers, body: encode(input) })
        }
      }
    })

    test('a form that calls several procedures at once changes nothing', async () => {
      const path = '/trpc/account.update,books.update?batch=1'
      const input = { 0: { mailOptOut: true }, 1: { bookId: 1, title: 'Taken over' } }
      for (const { type, encode } of forms) {
        const headers = { cookie, 'content-type': type, ...said(api.url) }
        await expectRefused(api, { method: 'POST', path, headers, body: encode(input) })
      }
    })

    test('JSON changes nothing, and neither does no body at all', async () => {
      for (const change of changes.filter(({ signedIn }) => signedIn)) {
        const headers = { cookie, ...said(api.url) }
        await expectRefused(api, asJson(change, headers))
        await expectRefused(api, { method: change.method, path: change.path, headers })
      }
    })

    test.each(['auth.login', 'auth.register'])('%s gives no cookie, and opens no account', async (name) => {
      const before = await fingerprint(api.store)
      const answer = await signIn(api, said(api.url), name)
      expect(changedTables(before, await fingerprint(api.store))).toEqual([])
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('CSRF_REFUSED')
      expect(answer.headers['set-cookie']).toBeUndefined()
    })
  })

  test(`a link changes nothing, wherever it stands, on ${engine.name}`, async () => {
    for (const { said } of [...elsewhere, ...here]) {
      for (const { door, path, input } of changes) {
        const before = await fingerprint(api.store)
        const query = door === 'tRPC' ? `?input=${encodeURIComponent(JSON.stringify(input ?? {}))}` : ''
        const headers = { cookie, ...said(api.url) }
        const { status } = await api.send({ method: 'GET', path: path + query, headers })
        // Where the address has something to read, that is what a link does.
        expect({ path, status: status < 300 && door === 'REST' ? 405 : status }).toEqual({
          path,
          status: 405,
        })
        expect({ path, changed: changedTables(before, await fingerprint(api.store)) }).toEqual({
          path,
          changed: [],
        })
      }
    }
  })

  test.each(here)(`a page of $where makes every change, as JSON, on ${engine.name}`, async ({ said }) => {
    await using own = await start(engine)
    for (const change of everyChange()) {
      const session = await cookieFor(own)
      const before = await fingerprint(own.store)
      const answer = await own.send(asJson(change, { cookie: session, ...said(own.url) }))
      const changed = changedTables(before, await fingerprint(own.store)).length > 0
      const { name } = change
      expect({ name, text: answer.text, ok: answer.status < 300, changed }).toMatchObject({
        name,
        ok: true,
        changed: change.changes ?? true,
      })
    }
  })
}
