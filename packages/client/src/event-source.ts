import { TRPCClientError } from '@trpc/client'
import type { Answer } from './answers.ts'
import { withNetworkErrors, type Exchange } from './exchange.ts'
import { markTransportFailure, refusalOf, transportFailureOf } from './failures.ts'
import { readEvents } from './read-events.ts'

/** The delay before the first reconnect and the maximum. It doubles with each attempt. */
const DELAY_MS = { first: 500, max: 15_000 }
/** A connection that lasted this long was stable: the delay starts over. */
const STABLE_MS = 5_000

type Listener = (event: never) => void

/** The part of `EventSource` that tRPC's link uses. */
type Source = {
  readonly CONNECTING: number
  readonly OPEN: number
  readonly CLOSED: number
  readyState: number
  addEventListener(type: string, listener: Listener): void
  removeEventListener(type: string, listener: Listener): void
  close(): void
}

/**
 * Creates the `EventSource` class for tRPC's subscription link. Unlike the browser's class it sends a token, works in every
 * runtime, reports the cause of an error, and reconnects when a proxy answers for an unavailable server.
 */
export function eventSourceWith(exchange: Exchange): new (url: string) => Source {
  return class implements Source {
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readyState = 0
    readonly #listeners = new Map<string, Set<Listener>>()
    readonly #closing = new AbortController()
    #lastEventId = ''

    constructor(url: string) {
      void this.#keepConnected(url)
    }

    addEventListener(type: string, listener: Listener): void {
      this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener))
    }

    removeEventListener(type: string, listener: Listener): void {
      this.#listeners.get(type)?.delete(listener)
    }

    close(): void {
      this.readyState = this.CLOSED
      this.#closing.abort()
    }

    async #keepConnected(url: string): Promise<void> {
      const { signal } = this.#closing
      let delayMs = DELAY_MS.first
      while (!signal.aborted) {
        const started = Date.now()
        const error = TRPCClientError.from(await this.#connect(url).catch(asError))
        if (signal.aborted) return
        this.readyState = isTransient(error) ? this.CONNECTING : this.CLOSED
        this.#dispatch('error', error)
        if (!isTransient(error)) return
        if (Date.now() - started >= STABLE_MS) delayMs = DELAY_MS.first
        await sleep(delayMs * (0.5 + Math.random() / 2), signal)
        delayMs = Math.min(delayMs * 2, DELAY_MS.max)
      }
    }

    /** Stays connected as long as possible. Returns the reason why the connection ended. */
    async #connect(url: string): Promise<Error> {
      const { signal } = this.#closing
      const headers = {
        accept: 'text/event-stream',
        ...(this.#lastEventId && { 'last-event-id': this.#lastEventId }),
      }
      const { response, token } = await exchange.send(url, { headers, signal })
      const { pathname, origin } = new URL(url)
      const observe = async (answer: Answer) =>
        exchange.session.observe(pathname.slice(pathname.lastIndexOf('/') + 1), answer, token)
      const { body } = response
      if (!body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const [answer] = exchange.read(url, response, await withNetworkErrors(url, () => response.text()))
        if (answer && 'error' in answer) {
          await observe(answer)
          return TRPCClientError.from(answer)
        }
        const error = new Error(`${origin} is not a Prebook server: it did not return an event stream.`)
        return markTransportFailure('not-prebook', error)
      }
      this.readyState = this.OPEN
      await withNetworkErrors(url, async () => {
        for await (const { type, data, id } of readEvents(body)) {
          if (id !== undefined) this.#lastEventId = id
          if (type === 'serialized-error') await observe({ error: JSON.parse(data) as never })
          this.#dispatch(type, { data, lastEventId: this.#lastEventId })
        }
      })
      return markTransportFailure('unreachable', new TypeError(`${origin} closed the connection.`))
    }

    #dispatch(type: string, event: unknown): void {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
    }
  }
}

/** Whether a new attempt can succeed. */
function isTransient(error: unknown): boolean {
  return (
    transportFailureOf(error)?.kind === 'unreachable' ||
    /^(STORE_BUSY|INTERNAL_ERROR)$/.test(refusalOf(error)?.reason ?? '')
  )
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
