import { WAIT_MS } from '@prebook/testing/bounds'
import type { Store } from '@prebook/db'
import type { TestEngine } from '@prebook/db/testing'
import { createAdmin } from '../auth/create-admin.ts'
import { createRequestContext, type RequestContext, type RequestFacts } from '../context.ts'
import { createCaller } from '../router/app-router.ts'
import { createServices, type Services, type ServicesOptions } from '../services.ts'

/** A signed-in person, with a caller of procedures without HTTP. */
export type Person = { call: ReturnType<typeof createCaller>; id: number; token: string }

/** Services on a test database, with people to use them. */
export type TestServer = AsyncDisposable & {
  services: Services
  url: string
  /** A caller of procedures, anonymous or with a token. */
  as(token?: string): ReturnType<typeof createCaller>
  /** A caller whose requests have an `Idempotency-Key` header. */
  keyed(token: string, key: string, onReplayed?: () => void): ReturnType<typeof createCaller>
  reader(): Promise<Person>
  admin(): Promise<Person>
}

type ServeOptions = Pick<
  ServicesOptions,
  | 'announcementDelayMs'
  | 'resyncMs'
  | 'mail'
  | 'currency'
  | 'prebooksPerHour'
  | 'prebookRequestsPerHour'
  | 'requestProof'
  | 'tokenRequestsPerMinute'
  | 'timeZone'
  | 'readersPerCopy'
>

const PASSWORD = 'a password for tests'
let people = 0

/** Creates services on a fresh database of an engine. */
export async function createTestServer(
  engine: TestEngine,
  now: () => number = Date.now,
  options: ServeOptions = {},
): Promise<TestServer> {
  const database = await engine.create()
  return serve(database.store, database.url, { ...options, now }, () => database[Symbol.asyncDispose]())
}

/** Creates further services with their own connections to the same database, like another process. */
export async function joinTestServer(
  url: string,
  open: (url: string) => Promise<Store>,
  now: () => number = Date.now,
  options: ServeOptions = {},
): Promise<TestServer> {
  const store = await open(url)
  return serve(store, url, { ...options, now }, () => store.close())
}

/** The row of an account, erased or not. */
export function accountRow({ services }: Pick<TestServer, 'services'>, userId: number) {
  return services.store.read((reader) =>
    reader.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow(),
  )
}

const noKey = { idempotencyKey: null, setReplayed: () => {} }

/** The context of a simulated request. */
export function testContext(
  services: Services,
  token?: string,
  userAgent: string | null = null,
  keyed: Pick<RequestFacts, 'idempotencyKey' | 'setReplayed'> = noKey,
): RequestContext {
  return createRequestContext(services, {
    id: 'test',
    address: '127.0.0.1',
    authorization: token === undefined ? null : `Bearer ${token}`,
    cookie: null,
    userAgent,
    secure: false,
    trustedOrigin: false,
    device: null,
    ...keyed,
    setSessionCookie: () => {},
    setDeviceCookie: () => {},
    setDeviceHeader: () => {},
    setRateLimit: () => {},
  })
}

function serve(
  store: Store,
  url: string,
  options: ServeOptions & { now: () => number },
  dispose: () => PromiseLike<void>,
): TestServer {
  const throttleLimits = { registrationsPerHour: 1000, loginFailuresPerHour: 1000 }
  // No sign-in is refused because the machine is busy.
  const services = createServices({
    store,
    throttleLimits,
    prebooksPerHour: 1_000_000,
    prebookRequestsPerHour: 1_000_000,
    signInWaitMs: WAIT_MS,
    ...options,
  })
  const as = (token?: string) =>
    // A context per call, as each call would be a separate request.
    createCaller(() => testContext(services, token))
  const person = (signedIn: { token: string | null; user: { id: number } }): Person => {
    const token = String(signedIn.token)
    return { call: as(token), id: signedIn.user.id, token }
  }
  return {
    services,
    url,
    as,
    keyed: (token, key, onReplayed = () => {}) =>
      createCaller(() =>
        testContext(services, token, null, { idempotencyKey: key, setReplayed: onReplayed }),
      ),
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
