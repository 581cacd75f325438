import { retryLink, type TRPCLink } from '@trpc/client'
import { refusalOf, transportFailureOf } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** Attempts in total. */
const MAX_ATTEMPTS = 3
/** The delay before the second attempt. It doubles with each attempt. */
const FIRST_DELAY_MS = 200
/** The client does not retry if the server asks for a longer delay. */
const MAX_RETRY_AFTER_SECONDS = 5

/**
 * Retries a query if the server is unreachable or busy. A mutation is never retried, since the first attempt may have been
 * executed.
 */
export function retryReads(): TRPCLink<PrebookRouter> {
  // tRPC's link calls `retry` and then, synchronously, `retryDelayMs`, which does not get the error.
  let retryAfterSeconds = 0
  return retryLink({
    retry({ op, error, attempts }) {
      const refusal = refusalOf(error)
      retryAfterSeconds = refusal?.retryAfterSeconds ?? 0
      const transient = refusal?.reason === 'STORE_BUSY' || transportFailureOf(error)?.kind === 'unreachable'
      return (
        op.type === 'query' &&
        transient &&
        attempts < MAX_ATTEMPTS &&
        retryAfterSeconds <= MAX_RETRY_AFTER_SECONDS
      )
    },
    // Jitter, so that clients that failed together do not retry together.
    retryDelayMs: (attempts) =>
      retryAfterSeconds * 1000 + FIRST_DELAY_MS * 2 ** (attempts - 1) * (0.5 + Math.random() / 2),
  })
}
