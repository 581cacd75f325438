import { useQuery, type QueryClient, type Query } from '@tanstack/react-query'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { notify } from '../../app/notices.ts'
import { reasonWords } from '../../lib/reasons.ts'

/** Who is signed in; null for nobody. */
export type Me = RouterOutputs['auth']['me']

/** Asks who is signed in: the one source that the whole page looks at. */
export const meQuery = { ...queries.auth.me.queryOptions(), staleTime: 60_000 }

/** Who is signed in: undefined while that is not known yet. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data
}

/**
 * Notes that somebody else looks at this page from now on. What was asked for on behalf of the one before is forgotten;
 * what is on the screen is asked for anew.
 */
export function becomes(queryClient: QueryClient, me: Me): void {
  const isOther = (query: Query) => query.queryHash !== hashOfMe(queryClient)
  queryClient.setQueryData(meQuery.queryKey, me)
  queryClient.removeQueries({ predicate: (query) => isOther(query) && !query.isActive() })
  void queryClient.resetQueries({ predicate: isOther })
}

/** Whatever is asked for may be what finds out that the session is over: then the whole page knows. */
export function endOfSession(queryClient: QueryClient, error: unknown): void {
  for (const reason of ['AUTH_REQUIRED', 'AUTH_ACCOUNT_DEACTIVATED'] as const) {
    if (isPrebookError(error, reason)) endSession(queryClient, reason)
  }
}

/** Notes that the shop has ended the session, and says why; once, however many things find out. */
export function endSession(
  queryClient: QueryClient,
  reason: 'AUTH_REQUIRED' | 'AUTH_ACCOUNT_DEACTIVATED',
): void {
  if (queryClient.getQueryData(meQuery.queryKey) == null) return
  becomes(queryClient, null)
  const { title, advice } = reasonWords[reason]
  notify({ tone: 'problem', title, body: advice })
}

function hashOfMe(queryClient: QueryClient): string | undefined {
  return queryClient.getQueryCache().find({ queryKey: meQuery.queryKey })?.queryHash
}
