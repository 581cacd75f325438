import { useQuery, type QueryClient, type Query } from '@tanstack/react-query'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'
import { notify } from '../../app/notices.ts'
import { reasonTexts } from '../../lib/reasons.ts'

/** The signed-in user, or null. */
export type Me = RouterOutputs['auth']['me']

/** Fetches the signed-in user. The only source for the whole page. */
export const meQuery = { ...queries.auth.me.queryOptions(), staleTime: 60_000 }

/** Fetches the account of the signed-in user, with what only its holder may see. */
export const accountQuery = queries.account.get.queryOptions()

/** The signed-in user; undefined until it is known. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data
}

/**
 * Switches the page to another user, or to none. Cached data of the previous user is removed; what is on the screen is
 * fetched again.
 */
export function switchUser(queryClient: QueryClient, me: Me): void {
  const isOtherQuery = (query: Query) => query.queryHash !== hashOfMe(queryClient)
  queryClient.setQueryData(meQuery.queryKey, me)
  queryClient.removeQueries({ predicate: (query) => isOtherQuery(query) && !query.isActive() })
  void queryClient.resetQueries({ predicate: isOtherQuery })
}

/** Ends the session on the page when a failed request shows that the server has ended it. */
export function detectSessionEnd(queryClient: QueryClient, error: unknown): void {
  for (const reason of ['AUTH_REQUIRED', 'AUTH_ACCOUNT_DEACTIVATED'] as const) {
    if (isPrebookError(error, reason)) endSession(queryClient, reason)
  }
}

/** Ends the session on the page and shows the reason. Does nothing when no user is signed in, so it shows once. */
export function endSession(
  queryClient: QueryClient,
  reason: 'AUTH_REQUIRED' | 'AUTH_ACCOUNT_DEACTIVATED',
): void {
  if (queryClient.getQueryData(meQuery.queryKey) == null) return
  switchUser(queryClient, null)
  const { title, advice } = reasonTexts[reason]
  notify({ tone: 'problem', title, body: advice })
}

function hashOfMe(queryClient: QueryClient): string | undefined {
  return queryClient.getQueryCache().find({ queryKey: meQuery.queryKey })?.queryHash
}
