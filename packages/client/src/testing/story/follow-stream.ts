import { WAIT } from '@prebook/testing/bounds'
import { expect, vi } from 'vitest'
import type { PrebookClient } from '../../index.ts'

/** A subscription, with the items that have come so far. */
export type FollowedStream = {
  readonly isOpen: boolean
  /** Waits for so many items, and returns all. */
  until: (count: number, condition?: () => boolean) => Promise<object[]>
  /** Waits until it is refused, and throws the refusal. */
  ended: () => Promise<never>
  /** Unsubscribes, and returns all items. */
  end: () => Promise<object[]>
}

/** Follows the pre-bookings of a reader. */
export function followPrebooks(client: PrebookClient): FollowedStream {
  return followStream((handlers) => client.prebooks.watch.subscribe(undefined, handlers))
}

/** Follows the changes of stock. */
export function followStock(
  client: PrebookClient,
  input: { bookId?: number; afterMovementId?: number } = {},
): FollowedStream {
  return followStream((handlers) => client.stock.changes.subscribe(input, handlers))
}

type Handlers = {
  onStarted: () => void
  onData: (item: { id: string; data: object }) => void
  onError: (error: unknown) => void
}

/** Collects what a subscription emits. */
function followStream(subscribe: (handlers: Handlers) => { unsubscribe: () => void }): FollowedStream {
  const items: object[] = []
  let end: unknown
  let isOpen = false
  const subscription = subscribe({
    onStarted: () => void (isOpen = true),
    onData: ({ id, data }) => void items.push({ id, data }),
    onError: (error) => void (end = error),
  })
  return {
    get isOpen() {
      return isOpen
    },
    async until(count: number, condition = () => true): Promise<object[]> {
      await vi.waitFor(() => expect([items.length >= count, condition()]).toEqual([true, true]), WAIT)
      return [...items]
    },
    async ended(): Promise<never> {
      await vi.waitFor(() => expect(end).toBeDefined(), WAIT)
      throw end
    },
    async end(): Promise<object[]> {
      subscription.unsubscribe()
      return [...items]
    },
  }
}
