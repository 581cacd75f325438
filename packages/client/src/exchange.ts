import { readAnswers, type Answer } from './answers.ts'
import { markTransportFailure } from './failures.ts'
import { runQuietly, type Hooks } from './hooks.ts'
import type { Session } from './session.ts'
import { CLIENT_HEADER, CLIENT_VERSION, createVersionCheck, mayNameVersion } from './versions.ts'

/** A function that sends a request, like `fetch`. */
export type FetchFunction = (url: string, init: RequestInit) => Response | Promise<Response>

/** Additional headers, or a function that returns them for each request. */
export type ExtraHeaders =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>)

/** Sends requests and reads the responses. */
export type Exchange = {
  /** Sends one request with the current token and headers. Returns the token that it used. */
  send(url: string, init: RequestInit): Promise<{ response: Response; token: string | null }>
  /** Reads the answers to the calls that a URL names. */
  read(url: string, response: Response, text: string): Answer[]
  /** Records that the server is a Prebook server. Whatever responds otherwise from then on is in front of it. */
  confirm(): void
  session: Session
}

/** The header with the device token: in a request to sign in, and in the response to one. */
const DEVICE_HEADER = 'prebook-device'

/** Creates the exchange of a client. */
export function createExchange(
  options: Pick<Hooks, 'onRequest' | 'onResponse'> & {
    session: Session
    headers: ExtraHeaders | undefined
    fetch: FetchFunction | undefined
    credentials: RequestInit['credentials'] | undefined
    onWarning: ((message: string) => void) | undefined
  },
): Exchange {
  const { session, headers, fetch: customFetch, credentials, onRequest, onResponse } = options
  const checkVersion = createVersionCheck(options.onWarning)
  let confirmed = false

  /** Sends a request, and tells the hooks about it. */
  const transmit = async (url: string, init: RequestInit): Promise<Response> => {
    const { origin, pathname } = new URL(url)
    const request = {
      procedures: procedureNames(pathname),
      method: init.method ?? 'GET',
      url: origin + pathname,
    }
    void runQuietly('onRequest', () => onRequest?.(request))
    const started = performance.now()
    let response: Response | undefined
    try {
      return (response = await withNetworkErrors(url, async () =>
        customFetch ? customFetch(url, init) : fetch(url, init),
      ))
    } finally {
      const { status = null } = response ?? {}
      const ended = { status, requestId: requestIdOf(response), durationMs: performance.now() - started }
      void runQuietly('onResponse', () => onResponse?.({ ...request, ...ended }))
    }
  }
  return {
    session,
    async send(url, init) {
      const token = await session.token()
      const merged = new Headers(init.headers)
      const extra = typeof headers === 'function' ? await headers() : headers
      for (const [name, value] of Object.entries(extra ?? {})) merged.set(name, value)
      if (token) merged.set('authorization', `Bearer ${token}`)
      const device = procedureNames(new URL(url).pathname).includes('auth.login')
        ? await session.device()
        : null
      if (device) merged.set(DEVICE_HEADER, device)
      if (mayNameVersion(url, init.method, token)) merged.set(CLIENT_HEADER, CLIENT_VERSION)
      const request: RequestInit = {
        ...init,
        headers: merged,
        // A redirect would lose the token, or send a password to another origin.
        redirect: 'manual',
        // Some runtimes for workers refuse `credentials`, so it is set only on request.
        ...(credentials && { credentials }),
      }
      const response = await transmit(url, request)
      checkVersion(url, response)
      return { response, token }
    },
    confirm() {
      confirmed = true
    },
    read(url, response, text) {
      const { origin, pathname } = new URL(url)
      const base = origin + pathname.slice(0, pathname.lastIndexOf('/trpc'))
      const answers = readAnswers(text, procedureNames(pathname).length)
      if (answers) {
        confirmed = true
        return answers
      }
      const { status } = response
      const details = { retryAfterSeconds: retryAfterOf(response), requestId: requestIdOf(response) }
      const fail = (kind: 'unreachable' | 'not-prebook', message: string) =>
        markTransportFailure(kind, new TypeError(message), details)
      if (isUnavailable(status)) throw fail('unreachable', `${base} is not available (HTTP ${status}).`)
      if (confirmed)
        throw fail('unreachable', `A proxy or network answered in place of ${base} (HTTP ${status}).`)
      if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
        throw fail(
          'not-prebook',
          `${base} redirects${locationOf(response)}. Use the URL of the service itself.`,
        )
      throw fail('not-prebook', `${base} is not a Prebook server (HTTP ${status}).`)
    },
  }
}

/**
 * Whether a proxy, a load balancer or an overloaded server responds with this status in place of a Prebook server, which adds
 * a reason to each refusal. 520 to 530 are those of Cloudflare.
 */
function isUnavailable(status: number): boolean {
  return status === 408 || status === 413 || status === 429 || status >= 500
}

/** The seconds of a `Retry-After` header, which has a number or a date; null without one. */
function retryAfterOf({ headers }: Response): number | null {
  const value = headers.get('retry-after') ?? ''
  // The clock of the server, if it sends its time.
  const now = () => Date.parse(headers.get('date') ?? '') || Date.now()
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now()) / 1_000
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds))
}

/** Where a response redirects to. Browsers do not show it. */
function locationOf({ headers }: Response): string {
  const location = headers.get('location')
  return location === null ? '' : ` to ${location.replace(/\/trpc\/.*$/, '')}`
}

function requestIdOf(response: Response | undefined): string | null {
  return response?.headers.get('x-request-id') ?? null
}

/**
 * Creates the `fetch` function of the batch link. It checks each response, so that tRPC gets either the answers of a Prebook
 * server or an error that describes what came instead.
 */
export function batchFetch(exchange: Exchange) {
  return async (url: string, init: RequestInit) => {
    const { response, token } = await exchange.send(url, init)
    const text = await withNetworkErrors(url, () => response.text(), requestIdOf(response))
    const answers = exchange.read(url, response, text)
    const paths = procedureNames(new URL(url).pathname)
    await exchange.session.keepDevice(response.headers.get(DEVICE_HEADER))
    for (const [index, answer] of answers.entries())
      await exchange.session.observe(paths[index] ?? '', answer, token)
    // The body is consumed, so `json` returns the parsed answers. The rest of the response is unchanged.
    return Object.assign(response, { json: async () => answers })
  }
}

/** Runs a network operation. An error is marked as `unreachable`. */
export async function withNetworkErrors<T>(
  url: string,
  work: () => Promise<T>,
  requestId: string | null = null,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const failure = error instanceof Error ? error : new TypeError('fetch failed', { cause: error })
    // The error code is in the cause in Node and in the error in Bun. Browsers provide none.
    const { code } = (failure.cause ?? failure) as { code?: string }
    const { origin } = new URL(url)
    const message = `${origin} cannot be reached${code ? ` (${code})` : ''}.`
    throw markTransportFailure('unreachable', failure, { message, requestId })
  }
}

/** The procedures that a URL names, in the order of their answers. */
function procedureNames(pathname: string): string[] {
  return pathname.slice(pathname.lastIndexOf('/') + 1).split(',')
}
