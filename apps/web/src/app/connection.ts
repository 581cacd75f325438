import { useSyncExternalStore } from 'react'
import { createStore } from './store.ts'

/**
 * How it stands with the live updates: `off` when nobody wants any, `live`, or `lost` while the page tries to get them
 * back. Who holds the stream sets it; the badge in the header shows it.
 */
export const connection = createStore<'off' | 'live' | 'lost'>('off')

/** Whether the browser has a network at all. */
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
