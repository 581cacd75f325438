import type { Reason } from '@prebook/client'

/** Handlers of a stream. */
export type StreamListener<Item> = {
  onItem: (item: Item) => void
  onState: (state: 'live' | 'lost') => void
  /** The stream ended: the reason when the server ended it, else null. */
  onEnd: (reason: Reason | null) => void
}

type SharedStream<Item> = StreamListener<Item> & {
  /** Names the stream and the user: the same in all tabs of a browser, and different for any other user. */
  name: string
  /** Identifies the object of which an item is the state: a newer item replaces an older one. */
  keyOf: (item: Item) => number
  /** Opens the stream. Returns a function that closes it. */
  open: (listener: StreamListener<Item>) => () => void
}

/** Messages between tabs. Only the leader sends anything but `hello`. */
type Message<Item> =
  | { kind: 'hello' }
  | { kind: 'known'; items: Item[]; state: 'live' | 'lost' | null }
  | { kind: 'item'; item: Item }
  | { kind: 'state'; state: 'live' | 'lost' }
  | { kind: 'end'; reason: Reason | null }

/** Delay before a stream that ended for a temporary reason is opened again, in milliseconds. */
const REOPEN_MS = 30_000

/**
 * Subscribes to a stream that all tabs of this browser share. A browser opens at most six connections to a server, so
 * with a stream per tab the seventh tab, and every request of the others, would wait forever. The tab that holds the lock
 * opens the stream and forwards its items; when it closes, the browser passes the lock on. A tab that joins late first gets
 * the latest state of every item. Without the Web Locks API, each tab opens its own stream.
 *
 * @returns a function that unsubscribes
 */
export function shareStream<Item>(stream: SharedStream<Item>): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return keepOpen(stream, stream)
  const name = `prebook:${stream.name}`
  const channel = new BroadcastChannel(name)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel only reaches its own origin
  const post = (message: Message<Item>) => channel.postMessage(message)
  const stopping = new AbortController()
  let answerHello = () => {}

  channel.addEventListener('message', ({ data }: MessageEvent<Message<Item>>) => {
    if (data.kind === 'hello') answerHello()
    else if (data.kind === 'item') stream.onItem(data.item)
    else if (data.kind === 'state') stream.onState(data.state)
    else if (data.kind === 'end') stream.onEnd(data.reason)
    else {
      for (const item of data.items) stream.onItem(item)
      if (data.state !== null) stream.onState(data.state)
    }
  })

  const lead = async () => {
    const known = new Map<number, Item>()
    let state: 'live' | 'lost' | null = null
    answerHello = () => post({ kind: 'known', items: [...known.values()], state })
    const close = keepOpen(stream, {
      onItem: (item) => {
        known.set(stream.keyOf(item), item)
        post({ kind: 'item', item })
        stream.onItem(item)
      },
      onState: (next) => {
        state = next
        post({ kind: 'state', state: next })
        stream.onState(next)
      },
      onEnd: (reason) => {
        post({ kind: 'end', reason })
        stream.onEnd(reason)
      },
    })
    await new Promise<void>((resolve) => {
      stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    close()
  }

  post({ kind: 'hello' })
  navigator.locks.request(name, { signal: stopping.signal }, lead).catch((error: unknown) => {
    // Stopping while still waiting for the lock aborts the wait, which is not an error.
    if (!stopping.signal.aborted) throw error
  })
  return () => {
    stopping.abort()
    channel.close()
  }
}

/** Opens a stream, and reopens it when the network returns or after a temporary failure. Returns a function that closes it. */
function keepOpen<Item>(
  { open }: Pick<SharedStream<Item>, 'open'>,
  { onItem, onState, onEnd }: StreamListener<Item>,
): () => void {
  let close = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const reopen = () => {
    clearTimeout(timer)
    close()
    close = open({
      onItem,
      onState,
      onEnd: (reason) => {
        if (reason === 'AUTH_REQUIRED' || reason === 'AUTH_ACCOUNT_DEACTIVATED') return onEnd(reason)
        onState('lost')
        timer = setTimeout(reopen, REOPEN_MS)
      },
    })
  }
  // The client retries with backoff. When the network returns, retry immediately.
  addEventListener('online', reopen)
  reopen()
  return () => {
    removeEventListener('online', reopen)
    clearTimeout(timer)
    close()
  }
}
