import type { Store } from '@prebook/db'
import type { TestEngine } from '@prebook/db/testing'
import { createAdmin } from '../auth/create-admin.ts'
import { createRequestContext, type RequestContext } from '../context.ts'
import { createCaller } from '../router/app-router.ts'
import { createServices, type Services } from '../services.ts'

/** Procedures as one person calls them, without HTTP. */
export type Person = { call: ReturnType<typeof createCaller>; id: number; token: string }

/** The services on a database of the test's own, and people to use them. */
export type TestServer = AsyncDisposable & {
  services: Services
  url: string
  /** Procedures as nobody in particular calls them, or whoever has the token. */
  as(token?: string): ReturnType<typeof createCaller>
  reader(): Promise<Person>
  admin(): Promise<Person>
}

const PASSWORD = 'a password for tests'
let people = 0

/** Puts the services together on a fresh database of an engine. */
export async function createTestServer(
  engine: TestEngine,
  now: () => number = Date.now,
  options: { resyncMs?: number } = {},
): Promise<TestServer> {
  const database = await engine.create()
  return serve(database.store, database.url, { ...options, now }, () => database[Symbol.asyncDispose]())
}

/** Puts the services together once more, on connections of their own to the same database, as another process would. */
export async function joinTestServer(
  url: string,
  open: (url: string) => Promise<Store>,
  now: () => number = Date.now,
  options: { resyncMs?: number } = {},
): Promise<TestServer> {
  const store = await open(url)
  return serve(store, url, { ...options, now }, () => store.close())
}

/** The context of a request that nobody sent. */
export function testContext(services: Services, token?: string): RequestContext {
  return createRequestContext(services, {
    id: 'test',
    address: '127.0.0.1',
    authorization: token === undefined ? null : `Bearer ${token}`,
    cookie: null,
    trustedOrigin: false,
    setSessionCookie: () => {},
  })
}

function serve(
  store: Store,
  url: string,
  options: { now: () => number; resyncMs?: number },
  dispose: () => PromiseLike<void>,
): TestServer {
  const throttleLimits = { registrationsPerHour: 1000, loginFailuresPerHour: 1000 }
  const services = createServices({ store, throttleLimits, ...options })
  const as = (token?: string) =>
    // A context for each call, as each would come in a request of its own.
    createCaller(() => testContext(services, token))
  const person = (signedIn: { token: string | null; user: { id: number } }): Person => {
    const token = String(signedIn.token)
    return { call: as(token), id: signedIn.user.id, token }
  }
  return {
    services,
    url,
    as,
    async reader() {
      people += 1
      return person(await as().auth.register({ email: `reader${people}@example.org`, password: PASSWORD }))
    },
    async admin() {
      people += 1
      const email = `admin${people}@example.org`
      await createAdmin(services, { email, password: PASSWORD })
      return person(await as().auth.login({ email, password: PASSWORD }))
    },
    [Symbol.asyncDispose]: dispose,
  }
}
