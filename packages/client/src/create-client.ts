import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client'
import { deadlineLink } from './deadline-link.ts'
import { eventSourceWith } from './event-source.ts'
import { batchFetch, createExchange, type ExtraHeaders, type FetchFunction } from './exchange.ts'
import { markRefusals } from './mark-refusals.ts'
import { retryReads } from './retry-reads.ts'
import type { PrebookRouter } from './router.ts'
import { createSession, type SessionOptions } from './session.ts'

/** Calls in one request at most. It is the limit of a Prebook server. */
const MAX_BATCH = 10
/** The maximum length of a request URL, in characters. Proxies accept URLs of this length by default. */
const MAX_URL = 8_000
/** The default of `timeoutMs`. */
const TIMEOUT_MS = 30_000

/** The options of {@link createClient}. Only `url` is required. */
export type ClientOptions = SessionOptions & {
  /** The base URL of the service, such as `https://books.example.org`. In a browser it can be relative. */
  url: string
  /** Replaces the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** Additional headers, or a function that returns them for each request. */
  headers?: ExtraHeaders | undefined
  /** The time limit of a call in milliseconds, including retries. Default: 30,000. `Infinity` disables it. */
  timeoutMs?: number | undefined
}

/** A typed client with every procedure of Prebook: `client.prebooks.create.mutate({ bookId: 1 })`. */
export type PrebookClient = TRPCClient<PrebookRouter>

/**
 * Creates a client. It sends nothing until you call a procedure. Calls made at the same time share one request. A query is
 * retried up to twice if the server is unreachable or busy. A mutation is never retried.
 *
 * @throws TypeError if an option is not valid
 * @example
 * const anonymous = createClient({ url: 'http://127.0.0.1:8787' })
 * const { token } = await anonymous.auth.login.mutate({ email, password })
 * const client = createClient({ url: 'http://127.0.0.1:8787', token })
 * const prebook = await client.prebooks.create.mutate({ bookId: 1 })
 */
export function createClient(options: ClientOptions): PrebookClient {
  const { url, fetch, headers, timeoutMs = TIMEOUT_MS } = options
  // This form of the condition rejects NaN too.
  if (!(timeoutMs > 0)) throw new TypeError('createClient: timeoutMs must be greater than 0.')
  const exchange = createExchange({ session: createSession(options), headers, fetch })
  const send = batchFetch(exchange)
  const endpoint = endpointUrl(url)
  return createTRPCClient<PrebookRouter>({
    links: [
      markRefusals(),
      deadlineLink(timeoutMs),
      retryReads(),
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint, EventSource: eventSourceWith(exchange) }),
        false: httpBatchLink({
          url: endpoint,
          maxItems: MAX_BATCH,
          maxURLLength: MAX_URL,
          fetch: (to, init) => send(String(to), init as RequestInit),
        }),
      }),
    ],
  })
}

/** The URL of the procedures. It reports an invalid URL when the client is created, not at the first call. */
function endpointUrl(url: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href
  let address: URL | undefined
  try {
    address = new URL(url, page)
  } catch {
    // Reported below, together with URLs that parse but are not HTTP, such as `localhost:8787`.
  }
  if (!address || !/^https?:$/.test(address.protocol) || address.username || address.password) {
    throw new TypeError(
      `createClient: url must be like https://books.example.org, not ${JSON.stringify(url)}.`,
    )
  }
  return `${address.origin}${address.pathname.replace(/\/+$/, '')}/trpc`
}
