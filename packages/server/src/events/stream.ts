import type { Prebook } from '@prebook/core'
import type { ActorId } from '@prebook/db'

/** How many prebooks a stream buffers for its reader. Beyond that it refreshes everything instead. */
const MOST_BUFFERED = 100

/** The shortest pause before a failed refresh is retried, in milliseconds. Up to the same again is added at random. */
const RETRY_MS = 1_000

/** Node runs a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The work of a stream: prebooks to send, and whether to refresh everything. */
export type StreamWork = { prebooks: Prebook[]; refresh: boolean }

/**
 * One connection's state in the hub. Its memory is bounded, however slow the reader: a refresh is a flag, and too many
 * buffered prebooks become a refresh.
 */
export class EventStream implements Disposable {
  readonly owner: ActorId
  readonly #onDispose: () => void
  #prebooks: Prebook[] = []
  // A stream starts with a refresh, which sends the current state.
  #refreshNeeded = true
  #end: { error: Error | null } | null = null
  #resolveWait: (() => void) | null = null
  #retryTimer: NodeJS.Timeout | undefined
  #endTimer: NodeJS.Timeout | undefined

  /** @param onDispose called when the stream is disposed */
  constructor(owner: ActorId, onDispose: () => void) {
    this.owner = owner
    this.#onDispose = onDispose
  }

  /** Whether the stream has ended, even if its reader has not noticed yet. */
  get ended(): boolean {
    return this.#end !== null
  }

  /** Adds the new state of one of the reader's prebooks. */
  push(prebook: Prebook): void {
    if (this.#refreshNeeded) return this.#wake()
    if (this.#prebooks.length >= MOST_BUFFERED) return this.refresh()
    this.#prebooks.push(prebook)
    this.#wake()
  }

  /** Requests a refresh. Repeated requests result in one refresh. */
  refresh(): void {
    this.#refreshNeeded = true
    this.#prebooks = []
    this.#wake()
  }

  /** Requests a refresh after a pause, because the store was busy. */
  refreshLater(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.refresh(), RETRY_MS * (1 + Math.random())).unref()
  }

  /** Requests a refresh at a time, in milliseconds UTC, because what the stream was opened with stops working then. */
  refreshAt(time: number | null, now: number): void {
    clearTimeout(this.#endTimer)
    if (time === null) return
    this.#endTimer = setTimeout(() => this.refresh(), Math.min(time - now, LONGEST_TIMER_MS)).unref()
  }

  /** Ends the stream: with an error for its reader, or with null because the reader has left. */
  end(error: Error | null): void {
    this.#end ??= { error }
    this.#wake()
  }

  /**
   * Waits for work.
   *
   * @returns null when the reader has left
   * @throws the error that the stream was ended with
   */
  async next(): Promise<StreamWork | null> {
    if (this.#end === null && !this.#refreshNeeded && this.#prebooks.length === 0) {
      await new Promise<void>((resolve) => {
        this.#resolveWait = resolve
      })
    }
    if (this.#end !== null) {
      if (this.#end.error === null) return null
      throw this.#end.error
    }
    const work = { prebooks: this.#prebooks, refresh: this.#refreshNeeded }
    this.#prebooks = []
    this.#refreshNeeded = false
    return work
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#endTimer)
    this.#onDispose()
  }

  #wake(): void {
    this.#resolveWait?.()
    this.#resolveWait = null
  }
}
