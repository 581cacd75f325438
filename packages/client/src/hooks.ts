import type { PrebookFailure } from './failures.ts'

/** A request that the client sends. */
export type RequestEvent = {
  /** The procedures that it calls, such as `['books.list', 'auth.me']`. */
  procedures: string[]
  method: string
  /** The URL without the inputs. */
  url: string
}

/** The end of a request: the status and headers of its response have arrived, or it has failed. */
export type ResponseEvent = RequestEvent & {
  /** The HTTP status. Null if there was no response. */
  status: number | null
  /** Identifies the request in the log of the server. Null if there was no response, or a proxy responded. */
  requestId: string | null
  /** Milliseconds since the request was sent. */
  durationMs: number
}

/** A call that can be repeated. */
export type RetryEvent = {
  /** The procedure, such as `books.list`. */
  procedure: string
  type: 'query' | 'mutation'
  /** The number of this retry, from 1. */
  attempt: number
  /** Why the last attempt failed. */
  failure: PrebookFailure
}

/** Functions that observe what a client does. If one of them throws, the error is logged, and the call is not affected. */
export type Hooks = {
  /** Called before each request, including those of subscriptions. */
  onRequest?: ((request: RequestEvent) => void) | undefined
  /** Called when the headers of a response have arrived, or when a request failed. */
  onResponse?: ((response: ResponseEvent) => void) | undefined
  /** Called before the delay of each retry. */
  onRetry?: ((retry: RetryEvent & { delayMs: number }) => void) | undefined
}

/**
 * Runs code of the application whose failure must not hide the answer of the server. An error is logged.
 *
 * @returns whether it succeeded
 */
export async function runQuietly(name: string, work: () => unknown): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    // oxlint-disable-next-line no-console -- The only place where the application can learn of it.
    console.error(`Prebook: ${name} failed.`, error)
    return false
  }
}
