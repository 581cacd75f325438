import { setTimeout as wait } from 'node:timers/promises'
import { isPrebookError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'
import { countOf } from '../terminal/plural.ts'

/** The most attempts while the server is busy, and the longest wait between two of them, in seconds. */
const MAX_TRIES = 5
const MAX_WAIT_SECONDS = 10

/**
 * Sends a request that is safe to repeat, and retries once if no response arrives.
 *
 * @param onRetry called before the second attempt
 */
export async function retryLostResponse<T>(send: () => Promise<T>, onRetry: () => void): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    onRetry()
    return send()
  }
}

/**
 * As {@link retryLostResponse}, and also retries while the server is busy. Use it for operations of many requests, which
 * should not fail because of one of them.
 *
 * @param signal ends the retries; the error of the last attempt is thrown
 * @param print tells the user about a delay
 */
export async function retryWhileBusy<T>(
  send: () => Promise<T>,
  signal: AbortSignal,
  print: (sentence: string) => void,
): Promise<T> {
  const onRetry = () => print('No response received. Retrying once; nothing is applied twice.')
  for (let tries = 1; ; tries += 1) {
    try {
      return await retryLostResponse(send, onRetry)
    } catch (error) {
      const busy = isPrebookError(error, 'STORE_BUSY') || isPrebookError(error, 'RATE_LIMITED')
      const seconds = busy ? (error.data.retryAfterSeconds ?? 1) : Infinity
      if (seconds > MAX_WAIT_SECONDS || tries >= MAX_TRIES || signal.aborted) throw error
      print(`The server is busy. Retrying in ${countOf(seconds, 'second')}.`)
      try {
        await wait(seconds * 1000, undefined, { signal })
      } catch {
        throw error
      }
    }
  }
}
