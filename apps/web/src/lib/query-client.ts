import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { endOfSession } from '../features/account/session.ts'

/** How long an answer is shown without asking again, in milliseconds: going back and forth asks nothing twice. */
const FRESH_MS = 15_000

/** The cache of everything that the page has asked for. */
export function createQueryClient(): QueryClient {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => endOfSession(queryClient, error) }),
    mutationCache: new MutationCache({ onError: (error) => endOfSession(queryClient, error) }),
    defaultOptions: {
      // Asked even when the browser believes that it is offline, so that a failure is shown instead of waiting for ever.
      queries: { staleTime: FRESH_MS, networkMode: 'always', refetchOnReconnect: true },
      mutations: { networkMode: 'always' },
    },
  })
  return queryClient
}
