import { retryLink, type TRPCLink } from '@trpc/client'
import { noAnswerOf, refusalOf } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** How often a read is sent in all. */
const ATTEMPTS = 3
/** The wait before the second attempt; it doubles each time. */
const FIRST_WAIT_MS = 200
/** A server that asks for a longer wait is not asked again. */
const LONGEST_WAIT_SECONDS = 5

/**
 * Sends a query again when the server could not be reached or its store was busy. A mutation never: whether the first one
 * was carried out is not known.
 */
export function retryReads(): TRPCLink<PrebookRouter> {
  // tRPC's link asks `retry`, and then in the same turn how long to wait, without telling for which error.
  let askedSeconds = 0
  return retryLink({
    retry({ op, error, attempts }) {
      const refusal = refusalOf(error)
      askedSeconds = refusal?.retryAfterSeconds ?? 0
      const passing = refusal?.reason === 'STORE_BUSY' || noAnswerOf(error)?.kind === 'unreachable'
      return op.type === 'query' && passing && attempts < ATTEMPTS && askedSeconds <= LONGEST_WAIT_SECONDS
    },
    // Clients that failed together must not come back together: hence the chance in it.
    retryDelayMs: (attempts) =>
      askedSeconds * 1000 + FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.5 + Math.random() / 2),
  })
}
