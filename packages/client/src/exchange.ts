import { readAnswers, type Answer } from './answers.ts'
import { noAnswer } from './failures.ts'
import type { Session } from './session.ts'

/** Sends a request: `fetch`, or something like it. */
export type Send = (url: string, init: RequestInit) => Response | Promise<Response>

/** More headers for each request, or where to look them up. */
export type MoreHeaders =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>)

/** How requests are made, and what is made of the answers. */
export type Exchange = {
  /** Sends one request with the token and the headers that are due; `token` is the one it carried. */
  send(url: string, init: RequestInit): Promise<{ response: Response; token: string | null }>
  /** Reads the answers to the calls that an address names. */
  read(url: string, response: Response, text: string): Answer[]
  session: Session
}

/** What proxies answer in the place of a server that is not there. */
const NOT_THERE = new Set([502, 503, 504])

/** Makes the exchange of a client. */
export function createExchange(options: {
  session: Session
  headers: MoreHeaders | undefined
  send: Send | undefined
}): Exchange {
  const { session, headers, send } = options
  return {
    session,
    async send(url, init) {
      const token = await session.token()
      const all = new Headers(init.headers)
      const more = typeof headers === 'function' ? await headers() : headers
      for (const [name, value] of Object.entries(more ?? {})) all.set(name, value)
      if (token) all.set('authorization', `Bearer ${token}`)
      const whole = { ...init, headers: all }
      const response = await reaching(url, async () => (send ? send(url, whole) : fetch(url, whole)))
      return { response, token }
    },
    read(url, { status }, text) {
      const { origin, pathname } = new URL(url)
      const answers = readAnswers(text, callsIn(pathname).length)
      if (answers) return answers
      throw NOT_THERE.has(status)
        ? noAnswer('unreachable', new TypeError(`${origin} is not available (HTTP ${status}).`))
        : noAnswer(
            'not-prebook',
            new Error(`${origin} does not answer like a Prebook server (HTTP ${status}).`),
          )
    },
  }
}

/**
 * Makes the `fetch` of the batch link. It judges what comes back, so that tRPC sees either answers of a Prebook server or
 * an error that says what came instead.
 */
export function batchFetch(exchange: Exchange) {
  return async (url: string, init: RequestInit) => {
    const { response, token } = await exchange.send(url, init)
    const text = await reaching(url, () => response.text())
    const answers = exchange.read(url, response, text)
    const paths = callsIn(new URL(url).pathname)
    for (const [index, answer] of answers.entries())
      await exchange.session.hear(paths[index] ?? '', answer, token)
    // The body is read already; all else about the response stays for who wants to look at it.
    return Object.assign(response, { json: async () => answers })
  }
}

/** Does something with the network; what goes wrong is noted as a server that cannot be reached. */
export async function reaching<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const failure = error instanceof Error ? error : new TypeError('fetch failed', { cause: error })
    // Node says what happened in the cause, Bun in the error itself, browsers nowhere.
    const { code } = (failure.cause ?? failure) as { code?: string }
    const { origin } = new URL(url)
    throw noAnswer('unreachable', failure, `${origin} cannot be reached${code ? ` (${code})` : ''}.`)
  }
}

/** The address names the procedures, in the order of their answers. */
function callsIn(pathname: string): string[] {
  return pathname.slice(pathname.lastIndexOf('/') + 1).split(',')
}
