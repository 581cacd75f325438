import { PrebookError } from '@prebook/core'

/** Idempotency keys whose first request is running in this process. */
export type KeysInFlight = {
  /**
   * Runs `work`, during which the key is in flight.
   *
   * @throws PrebookError `IDEMPOTENCY_KEY_IN_FLIGHT` when it already is
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** Long enough for a change to be committed. */
const RETRY_AFTER_SECONDS = 1

export function createKeysInFlight(): KeysInFlight {
  const keys = new Set<string>()
  return {
    async run(key, work) {
      if (keys.has(key))
        throw new PrebookError('IDEMPOTENCY_KEY_IN_FLIGHT', { retryAfterSeconds: RETRY_AFTER_SECONDS })
      keys.add(key)
      try {
        return await work()
      } finally {
        keys.delete(key)
      }
    },
  }
}
