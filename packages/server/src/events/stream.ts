import type { Prebook } from '@prebook/core'

/** How many prebooks wait in a stream for its reader; with more, the reader gets what is there when they look again. */
const MOST_HANDED = 100

/** The shortest pause before a look that failed is repeated, in milliseconds; up to as much again is added by chance. */
const AGAIN_MS = 1_000

/** What a stream is woken for: prebooks that were handed to it, and whether to look at everything again. */
export type StreamWork = { handed: Prebook[]; look: boolean }

/**
 * One connection's place in the hub. What waits in it is bounded however slowly its reader reads: a wish to look again is
 * one flag, and too many prebooks become such a wish.
 */
export class EventStream implements Disposable {
  readonly userId: number
  readonly #leave: () => void
  #handed: Prebook[] = []
  // The first thing that a stream does is to look at the state as it is.
  #look = true
  #end: { error: Error | null } | null = null
  #ring: (() => void) | null = null
  #again: NodeJS.Timeout | undefined

  /** @param leave called when it is disposed of */
  constructor(userId: number, leave: () => void) {
    this.userId = userId
    this.#leave = leave
  }

  /** Whether it is over, even if its reader has not taken notice yet. */
  get ended(): boolean {
    return this.#end !== null
  }

  /** Gives it the new state of a prebook of its reader. */
  push(prebook: Prebook): void {
    if (this.#look) return this.#wake()
    if (this.#handed.length >= MOST_HANDED) return this.refresh()
    this.#handed.push(prebook)
    this.#wake()
  }

  /** Makes it look at everything again; once, however often this is asked before it does. */
  refresh(): void {
    this.#look = true
    this.#handed = []
    this.#wake()
  }

  /** Makes it look again after a while, because the store was busy. */
  refreshLater(): void {
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.refresh(), AGAIN_MS * (1 + Math.random())).unref()
  }

  /** Ends it: with an error that its reader is told, or with null because the reader has left. */
  end(error: Error | null): void {
    this.#end ??= { error }
    this.#wake()
  }

  /**
   * What there is to do next, as soon as there is something.
   *
   * @returns null when the reader has left
   * @throws what the stream was ended with
   */
  async next(): Promise<StreamWork | null> {
    if (this.#end === null && !this.#look && this.#handed.length === 0) {
      await new Promise<void>((resolve) => {
        this.#ring = resolve
      })
    }
    if (this.#end !== null) {
      if (this.#end.error === null) return null
      throw this.#end.error
    }
    const wake = { handed: this.#handed, look: this.#look }
    this.#handed = []
    this.#look = false
    return wake
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#again)
    this.#leave()
  }

  #wake(): void {
    this.#ring?.()
    this.#ring = null
  }
}
