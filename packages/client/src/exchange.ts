import { readAnswers, type Answer } from './answers.ts'
import { markTransportFailure } from './failures.ts'
import type { Session } from './session.ts'

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
  session: Session
}

/**
 * The statuses with which a proxy answers for an unavailable server, and 408: a server that is too busy to read a request in
 * time closes the connection with it.
 */
const UNAVAILABLE = new Set([408, 502, 503, 504])

/** The header with the device token: in a request to sign in, and in the response to one. */
const DEVICE_HEADER = 'prebook-device'

/** Creates the exchange of a client. */
export function createExchange(options: {
  session: Session
  headers: ExtraHeaders | undefined
  fetch: FetchFunction | undefined
}): Exchange {
  const { session, headers, fetch: customFetch } = options
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
      const request = { ...init, headers: merged }
      const response = await withNetworkErrors(url, async () =>
        customFetch ? customFetch(url, request) : fetch(url, request),
      )
      return { response, token }
    },
    read(url, { status }, text) {
      const { origin, pathname } = new URL(url)
      const answers = readAnswers(text, procedureNames(pathname).length)
      if (answers) return answers
      throw UNAVAILABLE.has(status)
        ? markTransportFailure('unreachable', new TypeError(`${origin} is not available (HTTP ${status}).`))
        : markTransportFailure(
            'not-prebook',
            new Error(`${origin} is not a Prebook server (HTTP ${status}).`),
          )
    },
  }
}

/**
 * Creates the `fetch` function of the batch link. It checks each response, so that tRPC gets either the answers of a Prebook
 * server or an error that describes what came instead.
 */
export function batchFetch(exchange: Exchange) {
  return async (url: string, init: RequestInit) => {
    const { response, token } = await exchange.send(url, init)
    const text = await withNetworkErrors(url, () => response.text())
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
export async function withNetworkErrors<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const failure = error instanceof Error ? error : new TypeError('fetch failed', { cause: error })
    // The error code is in the cause in Node and in the error in Bun. Browsers provide none.
    const { code } = (failure.cause ?? failure) as { code?: string }
    const { origin } = new URL(url)
    throw markTransportFailure(
      'unreachable',
      failure,
      { message: `${origin} cannot be reached${code ? ` (${code})` : ''}.` },
    )
  }
}

/** The procedures that a URL names, in the order of their answers. */
function procedureNames(pathname: string): string[] {
  return pathname.slice(pathname.lastIndexOf('/') + 1).split(',')
}
