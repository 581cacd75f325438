import { eventually } from './eventually.ts'
import type { ReaderPrebook, Prebook } from './stage.ts'

/** A state that came by itself, and when, on the clock of `performance.now()`. */
type Told = { prebook: Prebook; at: number }

/** What a reader sees who has a page open: nobody asks again for what it shows. */
export type OpenPage = Disposable & {
  /** Waits until it shows the status for the first time. */
  shows(status: Prebook['status'], patienceMs: number): Promise<Told>
}

/** Opens the stream of a reader's own pre-bookings, as their page does, and holds it open. */
export function openPage({ reader, prebook: { id, bookTitle } }: ReaderPrebook): OpenPage {
  const told: Told[] = []
  let failure: Error | null = null
  const stream = reader.client.prebooks.watch.subscribe(undefined, {
    onData: ({ data }) => {
      if (data.id === id) told.push({ prebook: data, at: performance.now() })
    },
    // It would connect again by itself; here nothing may come between.
    onConnectionStateChange: ({ error }) => (failure ??= error),
    onError: (error) => (failure ??= error),
  })
  return {
    shows: (status, patienceMs) =>
      eventually(`“${status}” for ${bookTitle} on ${reader.name}'s open page`, patienceMs, () => {
        if (failure !== null) throw failure
        return told.find(({ prebook }) => prebook.status === status) ?? null
      }),
    [Symbol.dispose]: () => stream.unsubscribe(),
  }
}
