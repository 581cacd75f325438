import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { detectSessionEnd } from '../features/account/session.ts'

/** Responses stay fresh this long, in milliseconds, so that navigating back does not refetch. */
const STALE_MS = 15_000

/** Creates the query cache of the page. */
export function createQueryClient(): QueryClient {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => detectSessionEnd(queryClient, error) }),
    mutationCache: new MutationCache({ onError: (error) => detectSessionEnd(queryClient, error) }),
    defaultOptions: {
      // Requests are sent even when the browser reports no network, so that they fail visibly instead of waiting.
      queries: { staleTime: STALE_MS, networkMode: 'always', refetchOnReconnect: true },
      mutations: { networkMode: 'always' },
    },
  })
  return queryClient
}
