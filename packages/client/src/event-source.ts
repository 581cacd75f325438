import { TRPCClientError } from '@trpc/client'
import type { Answer } from './answers.ts'
import { reaching, type Exchange } from './exchange.ts'
import { noAnswer, noAnswerOf, refusalOf } from './failures.ts'
import { readEvents } from './read-events.ts'

/** The wait before the first try to connect again, and the longest; it doubles each time. */
const WAIT_MS = { first: 500, longest: 15_000 }
/** A connection that lasted so long was a good one: the waits begin anew. */
const GOOD_MS = 5_000

type Listener = (event: never) => void

/** As much of an `EventSource` as tRPC's link uses. */
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
 * Makes the `EventSource` of tRPC's link for subscriptions. Unlike a browser's own it can carry a token, is there in every
 * runtime, says what went wrong, and connects again when a proxy answers in the place of a server that is away.
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
      let waitMs = WAIT_MS.first
      while (!signal.aborted) {
        const started = Date.now()
        const error = TRPCClientError.from(await this.#connect(url).catch(asError))
        if (signal.aborted) return
        this.readyState = passes(error) ? this.CONNECTING : this.CLOSED
        this.#tell('error', error)
        if (!passes(error)) return
        if (Date.now() - started >= GOOD_MS) waitMs = WAIT_MS.first
        await pause(waitMs * (0.5 + Math.random() / 2), signal)
        waitMs = Math.min(waitMs * 2, WAIT_MS.longest)
      }
    }

    /** Stays connected for as long as it goes well, and tells why it ended. */
    async #connect(url: string): Promise<Error> {
      const { signal } = this.#closing
      const headers = {
        accept: 'text/event-stream',
        ...(this.#lastEventId && { 'last-event-id': this.#lastEventId }),
      }
      const { response, token } = await exchange.send(url, { headers, signal })
      const { pathname, origin } = new URL(url)
      const hear = async (answer: Answer) =>
        exchange.session.hear(pathname.slice(pathname.lastIndexOf('/') + 1), answer, token)
      const { body } = response
      if (!body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const [answer] = exchange.read(url, response, await reaching(url, () => response.text()))
        if (answer && 'error' in answer) {
          await hear(answer)
          return TRPCClientError.from(answer)
        }
        return noAnswer('not-prebook', new Error(`${origin} answers a subscription with something else.`))
      }
      this.readyState = this.OPEN
      await reaching(url, async () => {
        for await (const { type, data, id } of readEvents(body)) {
          if (id !== undefined) this.#lastEventId = id
          if (type === 'serialized-error') await hear({ error: JSON.parse(data) as never })
          this.#tell(type, { data, lastEventId: this.#lastEventId })
        }
      })
      return noAnswer('unreachable', new TypeError(`${origin} ended the connection.`))
    }

    #tell(type: string, event: unknown): void {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
    }
  }
}

/** Whether it may go better next time. */
function passes(error: unknown): boolean {
  return (
    noAnswerOf(error)?.kind === 'unreachable' ||
    /^(STORE_BUSY|INTERNAL_ERROR)$/.test(refusalOf(error)?.reason ?? '')
  )
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })
}
