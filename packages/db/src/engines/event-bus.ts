import type { ReceivedEvent } from '../store.ts'

/** The listeners of a store in this process. */
export class EventBus {
  readonly #listeners = new Set<(event: ReceivedEvent) => void>()

  listen(onEvent: (event: ReceivedEvent) => void): () => void {
    // A new function each time, so that the same callback can subscribe twice and unsubscribe separately.
    const listener = (event: ReceivedEvent) => onEvent(event)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(event: ReceivedEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
