import type { Reason } from '@prebook/client'

/** Whoever listens to a stream hears. */
export type StreamListener<Item> = {
  onItem: (item: Item) => void
  onState: (state: 'live' | 'lost') => void
  /** It will not go on: why the shop ended it; null when something else was wrong. */
  onEnd: (reason: Reason | null) => void
}

type SharedStream<Item> = StreamListener<Item> & {
  /** The same for the same stream of the same person, in all tabs of a browser: nobody else may hear it. */
  name: string
  /** What an item is the state of: a newer one takes the place of an older one. */
  keyOf: (item: Item) => number
  /** Opens the stream itself. Returns how to close it. */
  open: (listener: StreamListener<Item>) => () => void
}

/** What tabs tell each other. Only the one that leads tells anything but `hello`. */
type Message<Item> =
  | { kind: 'hello' }
  | { kind: 'known'; items: Item[]; state: 'live' | 'lost' | null }
  | { kind: 'item'; item: Item }
  | { kind: 'state'; state: 'live' | 'lost' }
  | { kind: 'end'; reason: Reason | null }

/** How long until a stream that ended for no lasting reason is tried again, in milliseconds. */
const AGAIN_MS = 30_000

/**
 * Listens to a stream that all tabs of this browser share: a browser holds six connections to a server at most, so a
 * stream for each tab would leave the seventh tab, and everything that the others ask for, waiting for ever. The tab that
 * holds the lock has the stream and passes on what it hears; when it closes, the browser gives the lock to another. Whoever
 * joins late is told the latest state of everything first. A browser without locks has a stream for each tab.
 *
 * @returns how to stop listening
 */
export function shareStream<Item>(stream: SharedStream<Item>): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return keepOpen(stream, stream)
  const name = `prebook:${stream.name}`
  const channel = new BroadcastChannel(name)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin, its own
  const tell = (message: Message<Item>) => channel.postMessage(message)
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
    answerHello = () => tell({ kind: 'known', items: [...known.values()], state })
    const close = keepOpen(stream, {
      onItem: (item) => {
        known.set(stream.keyOf(item), item)
        tell({ kind: 'item', item })
        stream.onItem(item)
      },
      onState: (next) => {
        state = next
        tell({ kind: 'state', state: next })
        stream.onState(next)
      },
      onEnd: (reason) => {
        tell({ kind: 'end', reason })
        stream.onEnd(reason)
      },
    })
    await new Promise<void>((resolve) => {
      stopping.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    close()
  }

  tell({ kind: 'hello' })
  navigator.locks.request(name, { signal: stopping.signal }, lead).catch((error: unknown) => {
    // Whoever stops while it still waits for its turn gives up the wait.
    if (!stopping.signal.aborted) throw error
  })
  return () => {
    stopping.abort()
    channel.close()
  }
}

/** Opens a stream, anew when the network is back or after a failure that may pass. Returns how to close it for good. */
function keepOpen<Item>(
  { open }: Pick<SharedStream<Item>, 'open'>,
  { onItem, onState, onEnd }: StreamListener<Item>,
): () => void {
  let close = () => {}
  let again: ReturnType<typeof setTimeout> | undefined
  const reopen = () => {
    clearTimeout(again)
    close()
    close = open({
      onItem,
      onState,
      onEnd: (reason) => {
        if (reason === 'AUTH_REQUIRED' || reason === 'AUTH_ACCOUNT_DEACTIVATED') return onEnd(reason)
        onState('lost')
        again = setTimeout(reopen, AGAIN_MS)
      },
    })
  }
  // The stream tries by itself with growing waits; that the network is back is worth a try at once.
  addEventListener('online', reopen)
  reopen()
  return () => {
    removeEventListener('online', reopen)
    clearTimeout(again)
    close()
  }
}
