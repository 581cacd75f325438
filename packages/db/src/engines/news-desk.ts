import type { HeardNews } from '../store.ts'

/** Who listens to a store in this process. */
export class NewsDesk {
  readonly #listeners = new Set<(news: HeardNews) => void>()

  listen(hear: (news: HeardNews) => void): () => void {
    // A function of its own: whoever listens twice stops twice.
    const listener = (news: HeardNews) => hear(news)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(news: HeardNews): void {
    for (const listener of this.#listeners) listener(news)
  }
}
