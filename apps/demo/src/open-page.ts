import { eventually } from './eventually.ts'
import type { ReaderPrebook, Prebook } from './stage.ts'

/** A state received from the stream, and when, on the clock of `performance.now()`. */
type ReceivedState = { prebook: Prebook; at: number }

/** A reader's open page: it shows what the stream sends, and never polls. */
export type OpenPage = Disposable & {
  /** Waits until the page shows the status for the first time. */
  shows(status: Prebook['status'], timeoutMs: number): Promise<ReceivedState>
}

/** Opens the stream of a reader's own pre-bookings, as their page does. Disposal closes it. */
export function openPage({ reader, prebook: { id, bookTitle } }: ReaderPrebook): OpenPage {
  const received: ReceivedState[] = []
  let failure: Error | null = null
  const stream = reader.client.prebooks.watch.subscribe(undefined, {
    onData: ({ data }) => {
      if (data.id === id) received.push({ prebook: data, at: performance.now() })
    },
    // The client would reconnect automatically, but the tour must not miss an interruption.
    onConnectionStateChange: ({ error }) => (failure ??= error),
    onError: (error) => (failure ??= error),
  })
  return {
    shows: (status, timeoutMs) =>
      eventually(`the status “${status}” of ${bookTitle} on ${reader.name}'s open page`, timeoutMs, () => {
        if (failure !== null) throw failure
        return received.find(({ prebook }) => prebook.status === status) ?? null
      }),
    [Symbol.dispose]: () => stream.unsubscribe(),
  }
}
