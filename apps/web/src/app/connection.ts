import { useSyncExternalStore } from 'react'
import { createStore } from './store.ts'

/**
 * State of the live updates: `off` without a signed-in user, `live`, or `lost` while the page reconnects. The code that
 * opens the stream sets it; the badge in the header shows it.
 */
export const connection = createStore<'off' | 'live' | 'lost'>('off')

/** Whether the browser reports a network connection. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine)
}

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}
