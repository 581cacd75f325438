import type { PrebookClient, RouterOutputs } from '@prebook/client'

type Prebook = RouterOutputs['prebooks']['create']

/** A subscription to a reader's prebooks through the client, which reconnects automatically. */
export type Watcher = Disposable & {
  /** The latest status received for each prebook. */
  states: Map<number, Prebook['status']>
  /** Whether it is connected now. */
  connected: boolean
  /** How many times it has connected. */
  connections: number
  /** The error that ended it; null while it is running. */
  error: unknown
  leave(): void
}

/** Starts watching. */
export function watchPrebooks(client: PrebookClient): Watcher {
  const watcher: Watcher = {
    states: new Map(),
    connected: false,
    connections: 0,
    error: null,
    leave: () => subscription.unsubscribe(),
    [Symbol.dispose]: () => subscription.unsubscribe(),
  }
  const subscription = client.prebooks.watch.subscribe(undefined, {
    onData: ({ data }) => void watcher.states.set(data.id, data.status),
    onConnectionStateChange({ state }) {
      watcher.connected = state === 'pending'
      if (watcher.connected) watcher.connections += 1
    },
    onError(error) {
      watcher.connected = false
      watcher.error = error
    },
  })
  return watcher
}
