import { readAnswers } from './answers.ts'
import { noAnswer } from './failures.ts'
import type { Session } from './session.ts'

/** Sends a request: `fetch`, or something like it. */
export type Send = (url: string, init: RequestInit) => Response | Promise<Response>

/** More headers for each request, or where to look them up. */
export type MoreHeaders =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>)

type Exchange = { session: Session; headers: MoreHeaders | undefined; send: Send | undefined }

/** What proxies answer in the place of a server that is not there. */
const NOT_THERE = new Set([502, 503, 504])

/**
 * Makes the `fetch` of the batch link. It judges what comes back, so that tRPC sees either answers of a Prebook server or
 * an error that says what came instead.
 */
export function exchangeWith({ session, headers, send }: Exchange) {
  return async (url: string, init: RequestInit) => {
    const token = await session.token()
    const all = new Headers(init.headers)
    const more = typeof headers === 'function' ? await headers() : headers
    for (const [name, value] of Object.entries(more ?? {})) all.set(name, value)
    if (token) all.set('authorization', `Bearer ${token}`)

    const { origin, pathname } = new URL(url)
    const { response, text } = await receive(send, url, { ...init, headers: all }, origin)
    // The address names the procedures, in the order of their answers.
    const paths = pathname.slice(pathname.lastIndexOf('/') + 1).split(',')
    const answers = readAnswers(text, paths.length)
    if (!answers) {
      const { status } = response
      throw NOT_THERE.has(status)
        ? noAnswer('unreachable', new TypeError(`${origin} is not available (HTTP ${status}).`))
        : noAnswer(
            'not-prebook',
            new Error(`${origin} does not answer like a Prebook server (HTTP ${status}).`),
          )
    }
    for (const [index, answer] of answers.entries()) await session.hear(paths[index] ?? '', answer, token)
    // The body is read already; all else about the response stays for who wants to look at it.
    return Object.assign(response, { json: async () => answers })
  }
}

async function receive(send: Send | undefined, url: string, init: RequestInit, origin: string) {
  try {
    const response = await (send ? send(url, init) : fetch(url, init))
    return { response, text: await response.text() }
  } catch (error) {
    const failure = error instanceof Error ? error : new TypeError('fetch failed', { cause: error })
    // Node says what happened in the cause, Bun in the error itself, browsers nowhere.
    const { code } = (failure.cause ?? failure) as { code?: string }
    throw noAnswer('unreachable', failure, `${origin} cannot be reached${code ? ` (${code})` : ''}.`)
  }
}
