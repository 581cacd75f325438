import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client'
import { deadlineLink } from './deadline-link.ts'
import { eventSourceWith } from './event-source.ts'
import { batchFetch, createExchange, type MoreHeaders, type Send } from './exchange.ts'
import { retryReads } from './retry-reads.ts'
import type { PrebookRouter } from './router.ts'
import { createSession, type SessionOptions } from './session.ts'

/** The most calls that share one request: what a Prebook server takes. */
const MAX_BATCH = 10
/** The longest address of a request, in characters: what proxies let through as they come. */
const MAX_URL = 8_000
/** How long a call may take unless the application says otherwise. */
const TIMEOUT_MS = 30_000

/** What a client needs to know. Only `url` is required. */
export type ClientOptions = SessionOptions & {
  /** Where the service runs, such as `https://books.example.org`. In a page it may be relative. */
  url: string
  /** Sends the requests, instead of the global `fetch`. */
  fetch?: Send | undefined
  /** More headers, or where to look them up before each request. */
  headers?: MoreHeaders | undefined
  /** How long a call may take in milliseconds, all attempts included: 30,000; `Infinity` is for ever. */
  timeoutMs?: number | undefined
}

/** Every procedure of Prebook, typed: `client.prebooks.create.mutate({ bookId: 1 })`. */
export type PrebookClient = TRPCClient<PrebookRouter>

/**
 * Makes a client. Nothing is sent until a procedure is called; calls made at once travel in one request. A query is sent
 * again, twice at most, when the server cannot be reached or is busy; a mutation never is.
 *
 * @throws TypeError when an option makes no sense
 * @example
 * const anonymous = createClient({ url: 'http://127.0.0.1:8787' })
 * const { token } = await anonymous.auth.login.mutate({ email, password })
 * const client = createClient({ url: 'http://127.0.0.1:8787', token })
 * const prebook = await client.prebooks.create.mutate({ bookId: 1 })
 */
export function createClient(options: ClientOptions): PrebookClient {
  const { url, fetch: send, headers, timeoutMs = TIMEOUT_MS } = options
  // Written so that NaN is refused too.
  if (!(timeoutMs > 0)) throw new TypeError('createClient: timeoutMs must be above 0.')
  const exchange = createExchange({ session: createSession(options), headers, send })
  const answer = batchFetch(exchange)
  const address = endpoint(url)
  return createTRPCClient<PrebookRouter>({
    links: [
      deadlineLink(timeoutMs),
      retryReads(),
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: address, EventSource: eventSourceWith(exchange) }),
        false: httpBatchLink({
          url: address,
          maxItems: MAX_BATCH,
          maxURLLength: MAX_URL,
          fetch: (to, init) => answer(String(to), init as RequestInit),
        }),
      }),
    ],
  })
}

/** Where the procedures are. A wrong address is found here, not at the first call. */
function endpoint(url: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href
  let address: URL | undefined
  try {
    address = new URL(url, page)
  } catch {
    // Told below, together with what parses and still is none, such as `localhost:8787`.
  }
  if (!address || !/^https?:$/.test(address.protocol) || address.username || address.password) {
    throw new TypeError(
      `createClient: url must be like https://books.example.org, not ${JSON.stringify(url)}.`,
    )
  }
  return `${address.origin}${address.pathname.replace(/\/+$/, '')}/trpc`
}
