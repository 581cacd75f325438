import { setTimeout as wait } from 'node:timers/promises'
import { isPrebookError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'
import { countOf } from '../terminal/count-of.ts'

/** How often a busy server is asked again, and for how long one waits at most between two tries, in seconds. */
const BUSY_TRIES = 5
const LONGEST_WAIT = 10

/**
 * Sends a request that changes nothing when it comes twice, and once more when its answer is lost.
 *
 * @param onceMore is called before the second try
 */
export async function sendOnceMore<T>(send: () => Promise<T>, onceMore: () => void): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    onceMore()
    return send()
  }
}

/**
 * As {@link sendOnceMore}, and waits while the server says that it is busy: for work of many requests, where giving up
 * at the first hitch would waste what is behind.
 *
 * @param signal ends the waiting; the refusal is thrown then
 * @param say tells a person why it takes longer
 */
export async function sendPatiently<T>(
  send: () => Promise<T>,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<T> {
  const onceMore = () => say('The answer was lost: sending it once more, which changes nothing twice.')
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendOnceMore(send, onceMore)
    } catch (error) {
      const busy = isPrebookError(error, 'STORE_BUSY') || isPrebookError(error, 'RATE_LIMITED')
      const seconds = busy ? (error.data.retryAfterSeconds ?? 1) : Infinity
      if (seconds > LONGEST_WAIT || tries >= BUSY_TRIES || signal.aborted) throw error
      say(`The server is busy: trying again in ${countOf(seconds, 'second')}.`)
      try {
        await wait(seconds * 1000, undefined, { signal })
      } catch {
        throw error
      }
    }
  }
}
