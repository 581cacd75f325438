import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { AccountEmail, type Role } from '@prebook/core'
import { toPrebookError } from '@prebook/server/errors'
import { createClient, type ClientOptions, type PrebookClient } from '@prebook/client'
import { addBook } from './books.ts'
import { addUser, startSession } from './callers.ts'
import { mailSettledDates } from './expected-dates.ts'
import { createFailures, type FakeFailure } from './failures.ts'
import { addressOfRole, Options, SeededUser, Time, withoutSlash } from './option-schemas.ts'
import type { FakeOptions } from './options.ts'
import type { FakeProcedure } from './procedure-names.ts'
import { readOption, z } from './read-option.ts'
import { fakeRouter } from './router.ts'
import type { Holder } from './rows.ts'
import type { FakeMail } from './sent-mail.ts'
import { createShop, findUserByEmail, isoTime, type Shop } from './shop.ts'

/** Calls in one request at most. */
const MAX_BATCH = 10

/** A clock that stands still until it is moved. */
export type FakeClock = {
  /** The time in milliseconds UTC. */
  now: () => number
  /** Moves it to a time that is not in its past. */
  set: (time: Date | string | number) => void
  /** Moves it forward. Sessions, links and tokens expire on time, and changed dates are mailed. */
  advance: (milliseconds: number) => void
}

/** A call that arrived. */
export type FakeCall = { procedure: FakeProcedure; requestId: string }

/** A shop in memory. */
export type FakePrebook = {
  /** The base URL that it answers for. There is no server behind it. */
  url: string
  /**
   * Answers requests for the base URL. Any other is refused, as by a host that is out of reach. Pass it to `createClient`, or use
   * it in place of the global `fetch`.
   */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Creates a client that talks to this fake. */
  createClient: (options?: Omit<ClientOptions, 'url' | 'fetch'>) => PrebookClient
  /** Signs in as `reader@example.org`, an account that is added when it is first used. */
  readonly reader: PrebookClient
  /** Signs in as `staff@example.org`. */
  readonly staff: PrebookClient
  /** Signs in as `admin@example.org`. */
  readonly admin: PrebookClient
  /** A client that is signed in as an account, without its password. An address without an account becomes a reader. */
  signIn: (email: string) => PrebookClient
  /** Starts a session of an account, and returns its token. An address without an account becomes a reader. */
  sessionToken: (email: string) => string
  clock: FakeClock
  /** The mails that were sent until now, oldest first. */
  readonly mails: readonly FakeMail[]
  /** The calls that arrived until now, in their order. */
  readonly calls: readonly FakeCall[]
  /** Makes a later call fail. */
  failNext: (failure: FakeFailure) => void
  /** Makes an address refuse every mail from now on. */
  refuseMailTo: (email: string) => void
  /** Closes the connections of all subscriptions, like a restart of the server. Clients connect again. */
  dropStreams: () => void
  /** How many subscriptions are open. */
  readonly openStreams: number
  /** Goes back to the start: the books and accounts of the options, the first ids, the first time. */
  reset: () => void
}

const COOKIE = 'prebook_session'

/**
 * Creates a shop in memory, for the tests of an application. It answers like a Prebook server, through the same client: with the
 * same rules, validation and refusals. Nothing in it is random, and its clock stands still until you move it.
 *
 * @throws TypeError that says which option is not valid, such as a book or an account
 * @example
 * import { createFakePrebook } from '@prebook/client/testing'
 *
 * const fake = createFakePrebook({ books: [{ title: 'Dune' }] })
 * await fake.reader.prebooks.create.mutate({ bookId: 1 })
 * await fake.staff.stock.set.mutate({ bookId: 1, quantity: 3 })
 * console.log(fake.mails[0]?.to) // 'reader@example.org'
 */
export function createFakePrebook(options: FakeOptions = {}): FakePrebook {
  const { url, now, currency, hasMail, users, books } = readOption(Options, options, 'createFakePrebook')
  // As requests spell it.
  const base = withoutSlash(new Request(url).url)
  const endpoint = new URL(`${base}/trpc`).pathname
  const failures = createFailures()
  let time = 0
  let requests = 0
  let calls: FakeCall[] = []
  /** The session cookie, as one browser would keep it. */
  let cookie: string | null = null
  let shop = open()

  function open(): Shop {
    time = now
    const opened = createShop({ hasMail, currency, now: () => time, url: base })
    for (const user of users) seedUser(opened, user)
    for (const book of books) addBook(opened, book, { actorId: null, tokenId: null })
    return opened
  }

  async function answer(request: Request): Promise<Response> {
    if (!request.url.startsWith(`${base}/`)) throw unreachable(`The fake answers for ${url} only.`)
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(`${endpoint}/`)) return new Response('Not found.', { status: 404 })
    const procedures = pathname.slice(endpoint.length + 1).split(',')
    if (failures.takes('unreachable', procedures)) throw unreachable('A failure on purpose.')
    requests += 1
    const requestId = `request-${requests}`
    const headers = new Headers()
    const response = await fetchRequestHandler({
      endpoint,
      req: inOnePiece(request),
      router: fakeRouter,
      maxBatchSize: MAX_BATCH,
      createContext: () => ({
        shop,
        requestId,
        token: tokenOf(request, cookie),
        userAgent: request.headers.get('user-agent') ?? globalThis.navigator?.userAgent ?? null,
        onCall(procedure) {
          calls.push({ procedure, requestId })
          failures.refuse(procedure)
        },
        setSessionCookie(token) {
          // A call that is not signed in by a cookie leaves it alone.
          if (token === null && cookie === null) return
          cookie = token
          const maxAge = token === null ? '; Max-Age=0' : ''
          headers.append('set-cookie', `${COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax${maxAge}`)
        },
        setDevice: (device) => headers.set('prebook-device', device),
      }),
      responseMeta: ({ errors }) => {
        const seconds = Math.max(0, ...errors.map((error) => toPrebookError(error).retryAfterSeconds ?? 0))
        return seconds === 0 ? {} : { headers: { 'retry-after': String(seconds) } }
      },
    })
    for (const [name, value] of headers) response.headers.append(name, value)
    response.headers.set('x-request-id', requestId)
    if (failures.takes('answer-lost', procedures)) throw unreachable('A failure on purpose.')
    return response
  }

  function moveClock(to: Date | string | number, name: string): void {
    const earliest = z.number().min(time, `Must not be before ${isoTime(time)}, the present time.`)
    time = readOption(Time.pipe(earliest), to, name)
    mailSettledDates(shop)
    shop.streams.wake()
  }

  function userOf(email: string): Holder {
    return findUserByEmail(shop, email) ?? seedUser(shop, SeededUser.parse({ email }))
  }

  function startedSession(email: string): string {
    return startSession(shop, userOf(email), null).token
  }

  function signedIn(email: string): PrebookClient {
    // The session of the present shop, so that the client outlives `reset` and the end of a session.
    let session: { shop: Shop; token: string } | undefined
    return connect({
      token() {
        const works =
          session?.shop === shop && shop.rows.sessions.some(({ token }) => token === session?.token)
        if (!works || session === undefined) session = { shop, token: startedSession(email) }
        return session.token
      },
    })
  }

  function connect(clientOptions: Omit<ClientOptions, 'url' | 'fetch'> = {}): PrebookClient {
    return createClient({ ...clientOptions, url, fetch: send })
  }

  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    return untilAborted(request.signal, answer(request))
  }

  const clients = new Map<string, PrebookClient>()
  const readyClient = (role: Role): PrebookClient => {
    const client = clients.get(role) ?? signedIn(addressOfRole(role))
    clients.set(role, client)
    return client
  }

  return {
    url,
    fetch: send,
    createClient: connect,
    get reader() {
      return readyClient('reader')
    },
    get staff() {
      return readyClient('staff')
    },
    get admin() {
      return readyClient('admin')
    },
    signIn: (email) => signedIn(readOption(AccountEmail, email, 'signIn')),
    sessionToken: (email) => startedSession(readOption(AccountEmail, email, 'sessionToken')),
    clock: {
      now: () => time,
      set: (to) => moveClock(to, 'clock.set'),
      advance(milliseconds) {
        const passed = readOption(z.number().min(0), milliseconds, 'clock.advance')
        moveClock(time + passed, 'clock.advance')
      },
    },
    get mails() {
      return copies(shop.mails)
    },
    get calls() {
      return copies(calls)
    },
    failNext: (failure) => failures.plan(failure),
    refuseMailTo: (email) => void shop.refusing.add(readOption(AccountEmail, email, 'refuseMailTo')),
    dropStreams: () => shop.streams.drop(),
    get openStreams() {
      return shop.streams.count()
    },
    reset() {
      shop.streams.drop()
      failures.clear()
      requests = 0
      calls = []
      cookie = null
      shop = open()
    },
  }
}

function seedUser(shop: Shop, { isVerified, ...user }: SeededUser): Holder {
  return addUser(shop, { ...user, verifiedAt: isVerified ? shop.now() : null })
}

/** What `fetch` throws when no answer arrives. */
function unreachable(why: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(why) })
}

/** What a test keeps does not change later, and what it changes is not kept here. */
function copies<Item extends object>(items: readonly Item[]): Item[] {
  return items.map((item) => ({ ...item }))
}

/** The token of a request. An Authorization header wins over a cookie. */
function tokenOf(request: Request, cookie: string | null): string | null {
  const header = request.headers.get('authorization')
  if (header !== null) return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null
  const sent = new RegExp(`(?:^|; *)${COOKIE}=([^;]+)`).exec(request.headers.get('cookie') ?? '')?.[1]
  return sent ?? (request.credentials === 'omit' ? null : cookie)
}

/** Like the server, it does not stream the answers to a batch. */
function inOnePiece(request: Request): Request {
  if (!request.headers.has('trpc-accept')) return request
  const copy = new Request(request)
  copy.headers.delete('trpc-accept')
  return copy
}

/** Rejects as `fetch` does when the caller leaves. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(asError(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('The call was aborted.', 'AbortError')
}
