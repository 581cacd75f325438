import { explainError } from '@prebook/client'
import type { StreamListener } from './shared-stream.ts'

/** What the client's subscriptions tell of themselves, as far as the page listens. */
type Handlers<Item> = {
  onStarted: () => void
  onData: (event: { data: Item }) => void
  onConnectionStateChange: (change: { state: string; error: unknown }) => void
  onError: (error: unknown) => void
}

/** Makes the opening of a shared stream from a subscription of the client. */
export function openingWith<Item>(
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
