import type { TRPCClientError, TRPCUntypedClient } from '@trpc/client'
import type { PrebookRouter } from './router.ts'
import { PACE, type StreamPace } from './subscription-link.ts'

/** Items that wait for the loop, at most. Then the connection is not read until the loop has taken one. */
const MAX_WAITING = 1_000

/** The state of a stream's connection. `pending` means connected. An error says why it was lost. */
export type ConnectionState = {
  state: 'connecting' | 'pending' | 'idle'
  error: TRPCClientError<PrebookRouter> | null
}

/** The options of `iterate`. */
export type StreamLoopOptions = {
  /** Ends the loop when it is aborted. */
  signal?: AbortSignal | undefined
  /** Called when the connection is made, lost or closed: `pending` means connected. */
  onConnectionStateChange?: ((change: ConnectionState) => void) | undefined
}

type Item = { id: number }
type Reader = { resolve: (result: IteratorResult<Item, void>) => void; reject: (error: unknown) => void }

/**
 * The items of a subscription. Each iterator has a subscription of its own.
 *
 * Items that wait are stored by their id, so that a newer state replaces an older one. Items that are not states have each
 * their own id, so none is replaced.
 */
export function streamItems(
  client: TRPCUntypedClient<PrebookRouter>,
  path: string,
  input?: unknown,
  { signal, onConnectionStateChange }: StreamLoopOptions = {},
): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: open }

  function open(): AsyncIterator<Item, void> {
    const waiting = new Map<number, Item>()
    const readers: Reader[] = []
    let ended = false
    let failure: { error: unknown } | null = null
    let resume = () => {}

    /** Gives readers what they wait for. */
    const settle = () => {
      for (let reader = readers[0]; reader !== undefined; reader = readers[0]) {
        const [value] = waiting.values()
        if (value !== undefined) {
          waiting.delete(value.id)
          reader.resolve({ value, done: false })
        } else if (failure !== null) {
          reader.reject(failure.error)
          failure = null
        } else if (ended) {
          reader.resolve({ value: undefined, done: true })
        } else break
        readers.shift()
      }
      if (waiting.size < MAX_WAITING) resume()
    }
    const end = () => {
      ended = true
      settle()
    }
    const pace: StreamPace = () =>
      waiting.size < MAX_WAITING ? undefined : new Promise<void>((resolve) => (resume = resolve))

    const subscription = client.subscription(path, input, {
      context: { [PACE]: pace },
      ...(signal && { signal }),
      ...(onConnectionStateChange && { onConnectionStateChange }),
      onData(value) {
        const { data } = value as { data: Item }
        if (!ended) waiting.set(data.id, data)
        settle()
      },
      onError(error) {
        if (signal?.aborted) waiting.clear()
        else failure = { error }
        end()
      },
      onComplete: end,
    })
    return {
      next: () =>
        new Promise((resolve, reject) => {
          readers.push({ resolve, reject })
          settle()
        }),
      async return() {
        waiting.clear()
        failure = null
        end()
        subscription.unsubscribe()
        return { value: undefined, done: true }
      },
    }
  }
}
