import type { ReceivedEvent } from '../store.ts'

/** Who listens to a store in this process. */
export class EventBus {
  readonly #listeners = new Set<(news: ReceivedEvent) => void>()

  listen(hear: (news: ReceivedEvent) => void): () => void {
    // A function of its own: whoever listens twice stops twice.
    const listener = (news: ReceivedEvent) => hear(news)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(news: ReceivedEvent): void {
    for (const listener of this.#listeners) listener(news)
  }
}
