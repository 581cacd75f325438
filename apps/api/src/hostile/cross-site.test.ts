import { afterAll, describe, expect, test } from 'vitest'
import type { TestEngine } from '@prebook/db/testing'
import { allChanges, forms, prepareChanges, type Change } from './changes.ts'
import { changedTables, fingerprint, type Fingerprint } from './fingerprint.ts'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addBooks, addPerson, PASSWORD } from './people.ts'
import { readProcedures } from './procedures.ts'
import { readOperations } from './rest-document.ts'
import type { Answer, Attempt } from './send.ts'

const EVIL = 'https://evil.example'

/** The headers that browsers send with requests from other sites, or of unknown origin. */
const untrusted: { where: string; originHeaders: (url: string) => Record<string, string> }[] = [
  { where: 'another site', originHeaders: () => ({ origin: EVIL, 'sec-fetch-site': 'cross-site' }) },
  { where: 'another site, in an old browser', originHeaders: () => ({ origin: EVIL }) },
  {
    where: 'a sibling site of the same domain',
    originHeaders: () => ({ origin: 'http://other.example.org', 'sec-fetch-site': 'same-site' }),
  },
  {
    where: 'a site whose name starts with ours',
    originHeaders: (url) => ({ origin: `${url}.evil.example` }),
  },
  { where: 'another port', originHeaders: () => ({ origin: 'http://127.0.0.1:1' }) },
  { where: 'the same host over HTTPS', originHeaders: (url) => ({ origin: url.replace('http:', 'https:') }) },
  { where: 'a sandboxed page', originHeaders: () => ({ origin: 'null' }) },
  {
    where: 'a sandboxed page, in a new browser',
    originHeaders: () => ({ origin: 'null', 'sec-fetch-site': 'cross-site' }),
  },
  { where: 'the address bar', originHeaders: () => ({ 'sec-fetch-site': 'none' }) },
  {
    where: 'a page that claims our origin',
    originHeaders: (url) => ({ origin: url, 'sec-fetch-site': 'cross-site' }),
  },
  { where: 'an unknown place', originHeaders: () => ({}) },
  { where: 'a place named only by the referrer', originHeaders: (url) => ({ referer: `${url}/docs` }) },
]

/** The headers that browsers send with requests from trusted pages. */
const trusted: typeof untrusted = [
  { where: 'this site', originHeaders: (url) => ({ origin: url, 'sec-fetch-site': 'same-origin' }) },
  { where: 'this site, in an old browser', originHeaders: (url) => ({ origin: url }) },
  {
    where: 'an allowed origin',
    originHeaders: () => ({ origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }),
  },
]

const json = { 'content-type': 'application/json' }

/** Starts the service with an admin, a deactivated reader and two books. */
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

/** Sends a request that must be refused, and expects a refusal and a database as it was `before`. */
async function expectRefused(api: HostileApi, before: Fingerprint, attempt: Attempt): Promise<Answer> {
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
  const changes = allChanges()
  const cookie = await cookieFor(api)
  // No request of the following tests may change anything, but for those that start their own API.
  const untouched = await fingerprint(api.store)

  test(`the list of changes is complete for both APIs, on ${engine.name}`, async () => {
    const documented = (await readOperations(api)).filter(({ method }) => method !== 'GET')
    const mutations = readProcedures().filter(({ type }) => type === 'mutation')
    const named = (protocol: Change['protocol']) =>
      changes.filter((change) => change.protocol === protocol).map(({ name }) => name)
    expect(named('REST').toSorted()).toEqual(documented.map(({ name }) => name).toSorted())
    expect(named('tRPC').toSorted()).toEqual(mutations.map(({ name }) => name).toSorted())
  })

  describe.each(untrusted)(`with a session cookie, from $where, on ${engine.name}`, ({ originHeaders }) => {
    test('a form changes nothing', async () => {
      for (const { method, path, input } of changes) {
        for (const { type, encode } of forms) {
          const headers = { cookie, 'content-type': type, ...originHeaders(api.url) }
          await expectRefused(api, untouched, { method, path, headers, body: encode(input) })
          // Forms can only send POST.
          if (method !== 'POST')
            await expectRefused(api, untouched, { method: 'POST', path, headers, body: encode(input) })
        }
      }
    })

    test('a form that calls several procedures at once changes nothing', async () => {
      const path = '/trpc/account.update,books.update?batch=1'
      const input = { 0: { mailOptOut: true }, 1: { bookId: 1, title: 'Taken over' } }
      for (const { type, encode } of forms) {
        const headers = { cookie, 'content-type': type, ...originHeaders(api.url) }
        await expectRefused(api, untouched, { method: 'POST', path, headers, body: encode(input) })
      }
    })

    test('neither JSON nor an empty body changes anything', async () => {
      for (const change of changes.filter(({ signedIn }) => signedIn)) {
        const headers = { cookie, ...originHeaders(api.url) }
        await expectRefused(api, untouched, asJson(change, headers))
        await expectRefused(api, untouched, { method: change.method, path: change.path, headers })
      }
    })

    test.each(['auth.login', 'auth.register'])('%s sets no cookie and creates no account', async (name) => {
      const answer = await signIn(api, originHeaders(api.url), name)
      expect(changedTables(untouched, await fingerprint(api.store))).toEqual([])
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('CSRF_REFUSED')
      expect(answer.headers['set-cookie']).toBeUndefined()
    })
  })

  test(`a link on any page changes nothing, on ${engine.name}`, async () => {
    const readable = new Set(
      (await readOperations(api)).filter(({ method }) => method === 'GET').map(({ path }) => path),
    )
    for (const { originHeaders } of [...untrusted, ...trusted]) {
      for (const { name, protocol, path, input } of changes) {
        const query = protocol === 'tRPC' ? `?input=${encodeURIComponent(JSON.stringify(input ?? {}))}` : ''
        const headers = { cookie, ...originHeaders(api.url) }
        const { status } = await api.send({ method: 'GET', path: path + query, headers })
        // A link may read the resource at a REST address, or find that it is not there.
        const expected = readable.has(name.replace(/^\w+ /, '')) ? [200, 404] : [405]
        expect({ path, status: expected.includes(status) ? 'expected' : status }).toEqual({
          path,
          status: 'expected',
        })
        expect({ path, changed: changedTables(untouched, await fingerprint(api.store)) }).toEqual({
          path,
          changed: [],
        })
      }
    }
  })

  test.each(trusted)(
    `a page of $where can make every change as JSON, on ${engine.name}`,
    async ({ originHeaders }) => {
      await using own = await start(engine)
      for (const change of allChanges()) {
        const session = await cookieFor(own)
        const before = await fingerprint(own.store)
        const answer = await own.send(asJson(change, { cookie: session, ...originHeaders(own.url) }))
        const changed = changedTables(before, await fingerprint(own.store)).length > 0
        const { name, protocol, status } = change
        // tRPC has no code for 410.
        const expected = status === 410 && protocol === 'tRPC' ? 412 : status
        const ok = expected === undefined ? answer.status < 300 : answer.status === expected
        expect({ name, text: answer.text, ok, changed }).toMatchObject({
          name,
          ok: true,
          changed: change.changes ?? true,
        })
      }
    },
  )
}
