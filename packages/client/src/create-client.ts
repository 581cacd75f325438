import { createTRPCClient, httpBatchLink, splitLink } from '@trpc/client'
import type { PrebookClient } from './calls.ts'
import { copyInputs } from './copy-inputs.ts'
import { deadlineLink } from './deadline-link.ts'
import { batchFetch, createExchange, type ExtraHeaders, type FetchFunction } from './exchange.ts'
import type { Hooks } from './hooks.ts'
import { addIdempotencyKeys } from './idempotency-keys.ts'
import { withLoops } from './loops.ts'
import { markRefusals } from './mark-refusals.ts'
import { retryCalls, type RetryFunction } from './retry-calls.ts'
import type { PrebookRouter } from './router.ts'
import { createSession, type SessionOptions } from './session.ts'
import { subscriptionLink } from './subscription-link.ts'

/** Calls in one request at most. It is the limit of a Prebook server. */
const MAX_BATCH = 10
/** The maximum length of a request URL, in characters. Proxies accept URLs of this length by default. */
const MAX_URL = 8_000
/** The default of `timeoutMs`. */
const TIMEOUT_MS = 30_000

/** The options of {@link createClient}. Only `url` is required. */
export type ClientOptions = SessionOptions &
  Hooks & {
    /** The base URL of the service, such as `https://books.example.org`. In a browser it can be relative. */
    url: string
    /** Replaces the global `fetch`. */
    fetch?: FetchFunction | undefined
    /** Additional headers, or a function that returns them for each request. */
    headers?: ExtraHeaders | undefined
    /**
     * Whether browsers send cookies: `include` also sends them to another origin of the same site. Default: `same-origin`,
     * as in `fetch`.
     */
    credentials?: 'omit' | 'same-origin' | 'include' | undefined
    /**
     * The time limit of a call in milliseconds, including retries. Default: 30,000. `Infinity` disables it. For a stream it is
     * the time limit of each attempt to connect.
     */
    timeoutMs?: number | undefined
    /**
     * How often a call is repeated that can be repeated safely, or a function that decides on each retry. Default: 2. 0 disables
     * retries. What may have been executed and must not be executed twice is never repeated.
     */
    retries?: number | RetryFunction | undefined
    /**
     * Whether concurrent calls share a request. Default: true. To send one call alone, so that it need not wait for slower
     * ones, pass `{ context: { batch: false } }` to it. A mutation with a `signal` is always sent alone.
     */
    batch?: boolean | undefined
    /** Called once if the server is older than this client needs. Default: `console.warn`. */
    onWarning?: ((message: string) => void) | undefined
  }

/**
 * Creates a client. It sends nothing until you call a procedure. Calls made at the same time share one request. A call is
 * repeated up to twice if it was refused with `RATE_LIMITED` or `STORE_BUSY`, and if the server is unreachable and the call can
 * be executed twice: a query, or a stock change, which carries an idempotency key. Other mutations are not sent again.
 *
 * @throws TypeError if an option is not valid
 * @example
 * const anonymous = createClient({ url: 'http://127.0.0.1:8787' })
 * const { token } = await anonymous.auth.login.mutate({ email, password })
 * const client = createClient({ url: 'http://127.0.0.1:8787', token })
 * const prebook = await client.prebooks.create.mutate({ bookId: 1 })
 */
export function createClient(options: ClientOptions): PrebookClient {
  const { url, fetch, headers, credentials, timeoutMs = TIMEOUT_MS, retries, batch = true } = options
  const { onRequest, onResponse, onRetry, onWarning } = options
  // This form of the condition rejects NaN too.
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0))
    throw new TypeError('createClient: timeoutMs must be a number greater than 0.')
  const endpoint = endpointUrl(url)
  const session = createSession(options)
  const exchange = createExchange({
    session,
    headers,
    fetch,
    credentials,
    onRequest,
    onResponse,
    onWarning,
  })
  const send = batchFetch(exchange)
  const sendUpTo = (maxItems: number) =>
    httpBatchLink<PrebookRouter>({
      url: endpoint,
      maxItems,
      maxURLLength: MAX_URL,
      fetch: (to, init) => send(String(to), init as RequestInit),
    })
  const client = createTRPCClient<PrebookRouter>({
    links: [
      copyInputs(),
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: [markRefusals(), subscriptionLink({ endpoint, exchange, timeoutMs })],
        false: [
          deadlineLink(timeoutMs),
          addIdempotencyKeys(),
          retryCalls({ retries, timeoutMs, onRetry }),
          markRefusals(),
          splitLink({
            // Of a batch, no call can be taken back before it is sent.
            condition: ({ type, context, signal }) =>
              (context['batch'] ?? (batch && (type === 'query' || !signal))) === true,
            true: sendUpTo(MAX_BATCH),
            false: sendUpTo(1),
          }),
        ],
      }),
    ],
  })
  return withLoops(client)
}

/** The URL of the procedures. It reports an invalid URL when the client is created, not at the first call. */
function endpointUrl(url: unknown): string {
  const page = (globalThis as { location?: { href: string } }).location?.href
  const reject = (why: string): never => {
    throw new TypeError(`createClient: url ${why}`)
  }
  const shown = JSON.stringify(url)
  if (url == null || url === 'undefined' || url === 'null')
    return reject(`is ${url}. Is the environment variable set that should contain it?`)
  if (typeof url !== 'string') return reject(`must be a string, not ${shown}.`)
  if (/\s/.test(url)) return reject(`must not contain spaces or line breaks: ${shown}.`)
  if (/[?#]/.test(url)) return reject(`must not have a query or a fragment: ${shown}.`)
  if (/\/trpc(\/|$)/.test(url)) return reject(`must not contain /trpc, which the client adds: ${shown}.`)
  let address: URL | undefined
  try {
    address = new URL(url, page)
  } catch {
    // Reported below, together with URLs that parse but are not HTTP, such as `localhost:8787`.
  }
  const { protocol = '', username, password } = address ?? {}
  if (username || password) return reject('must not contain a user name or a password.')
  if (!address || !/^https?:$/.test(protocol) || /:\/\/.*:\/\//.test(url))
    return reject(`must be like https://books.example.org, not ${shown}.`)
  return `${address.origin}${address.pathname.replace(/\/+$/, '')}/trpc`
}
