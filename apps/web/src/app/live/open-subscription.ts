import { explainError } from '@prebook/client'
import type { StreamListener } from './shared-stream.ts'

/** The handlers of the client's subscriptions that the page uses. */
type Handlers<Item> = {
  onStarted: () => void
  onData: (event: { data: Item }) => void
  onConnectionStateChange: (change: { state: string; error: unknown }) => void
  onError: (error: unknown) => void
}

/** Adapts a subscription of the client to the `open` function of a shared stream. */
export function openSubscription<Item>(
  subscribe: (handlers: Handlers<Item>) => { unsubscribe: () => void },
): (listener: StreamListener<Item>) => () => void {
  return ({ onItem, onState, onEnd }) => {
    const subscription = subscribe({
      onStarted: () => onState('live'),
      onData: ({ data }) => onItem(data),
      onConnectionStateChange: ({ state, error }) => {
        if (state === 'connecting' && error !== null) onState('lost')
      },
      onError: (error) => {
        const failure = explainError(error)
        onEnd(failure.kind === 'refused' ? failure.reason : null)
      },
    })
    return () => subscription.unsubscribe()
  }
}
