/* Names that the examples in the documentation use without declaring them: earlier imports and variables of the application. */
import type * as query from '@tanstack/react-query'
import type * as prebook from '@prebook/client'
import type * as tanstack from '@prebook/client/tanstack-query'

declare global {
  const client: prebook.PrebookClient
  const createClient: typeof prebook.createClient
  const createQueries: typeof tanstack.createQueries
  const explainError: typeof prebook.explainError
  const isPrebookError: typeof prebook.isPrebookError
  const memoryStorage: typeof prebook.memoryStorage
  const queryClient: query.QueryClient
  const useInfiniteQuery: typeof query.useInfiniteQuery
  const useMutation: typeof query.useMutation
  const useQuery: typeof query.useQuery
  type Prebook = prebook.Prebook
  type PrebookCallError = prebook.PrebookCallError
  type RouterOutputs = prebook.RouterOutputs

  const email: string
  const password: string
  const error: unknown
}
