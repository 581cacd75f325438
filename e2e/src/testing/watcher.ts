import type { PrebookClient, RouterOutputs } from '@prebook/client'

type Prebook = RouterOutputs['prebooks']['create']

/** Somebody who watches their prebooks through the client, however often the connection breaks. */
export type Watcher = Disposable & {
  /** The latest state of each prebook that was told. */
  states: Map<number, Prebook['status']>
  /** Whether it is connected now, and how often it has been. */
  connected: boolean
  connections: number
  /** What ended it; null while nothing did. */
  error: unknown
  leave(): void
}

/** Begins to watch. */
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
