import { setTimeout as pause } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import type { StoreLog } from '../../store.ts'
import { isUnavailable } from './postgres-errors.ts'
import { askServer, ReadOnlyServerError, type ServerConfig, type ServerState } from './server-client.ts'

/** How often a server that accepts no writes is asked again, in milliseconds. */
const ASK_MS = 250

/** How often the log repeats that the service does not start, in milliseconds. */
const REPEAT_MS = 30_000

/**
 * Why a server accepts no writes and what to do, as a sentence.
 *
 * @param label the name of the database, at the start of the sentence
 */
export function explainReadOnly(label: string, { isStandby }: Pick<ServerState, 'isStandby'>): string {
  return isStandby
    ? `${label} is a standby, which accepts no writes: promote it, or let DATABASE_URL lead to the primary.`
    : `${label} is set read-only: turn off default_transaction_read_only for the server, the database or the user.`
}

/**
 * Waits until a server accepts writes. Logs why it waits, at once and from time to time.
 *
 * @returns the state of the server
 * @throws the reason of `signal` when it is aborted; any error of the first attempt to connect
 */
export async function waitForWrites(
  config: ServerConfig,
  label: string,
  { log, signal }: { log: StoreLog; signal: AbortSignal },
): Promise<ServerState> {
  let loggedAt: number | undefined
  for (;;) {
    signal.throwIfAborted()
    try {
      const state = await askServer(config)
      if (state.acceptsWrites) return state
      throw new ReadOnlyServerError(state)
    } catch (error) {
      // A server that was reached before may be restarting.
      if (!(error instanceof ReadOnlyServerError) && (loggedAt === undefined || !isUnavailable(error)))
        throw error
      if (error instanceof ReadOnlyServerError && performance.now() - (loggedAt ?? -Infinity) > REPEAT_MS) {
        loggedAt = performance.now()
        log.warn(`${explainReadOnly(label, error.state)} The service starts as soon as it accepts writes.`)
      }
    }
    await pause(ASK_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

type ReadOnlyWatchOptions = {
  config: ServerConfig
  label: string
  log: StoreLog
  /** Replaces every connection to the server. */
  replaceConnections: () => void
}

/**
 * Follows whether the server accepts writes. When a statement was refused, all connections are replaced, and again once
 * a new connection accepts writes: those made in between may lead to another server, or keep an old setting.
 */
export class ReadOnlyWatch {
  readonly #options: ReadOnlyWatchOptions
  readonly #closing = new AbortController()
  #watching: Promise<void> | undefined

  constructor(options: ReadOnlyWatchOptions) {
    this.#options = options
  }

  /** Called when the server accepts no writes. Calls while that is known have no effect. */
  noticeReadOnly(): void {
    if (this.#closing.signal.aborted || this.#watching !== undefined) return
    this.#options.replaceConnections()
    this.#watching = this.#watch().finally(() => {
      this.#watching = undefined
    })
  }

  /** The error of a request that cannot be served, because the server accepts no writes. */
  refusal(state: Pick<ServerState, 'isStandby'>): PrebookError {
    const cause = new Error(explainReadOnly(this.#options.label, state))
    return new PrebookError('STORE_BUSY', { cause, retryAfterSeconds: 1 })
  }

  close(): void {
    this.#closing.abort()
  }

  async #watch(): Promise<void> {
    const { label, log, config, replaceConnections } = this.#options
    const started = performance.now()
    let explained = false
    for (;;) {
      const state = await askServer(config).catch((error: unknown) =>
        error instanceof ReadOnlyServerError ? error.state : null,
      )
      if (this.#closing.signal.aborted) return
      if (state?.acceptsWrites === true) break
      if (state !== null && !explained) {
        explained = true
        log.error(`${explainReadOnly(label, state)} Until then, writes get STORE_BUSY.`)
      }
      await pause(ASK_MS, undefined, { signal: this.#closing.signal }).catch(() => {})
      if (this.#closing.signal.aborted) return
    }
    replaceConnections()
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    log.warn(`${label} accepts writes again, after ${seconds} s. All connections are replaced.`)
    // An address that leads to several servers in turns must not replace connections all the time.
    await pause(ASK_MS, undefined, { signal: this.#closing.signal }).catch(() => {})
  }
}
