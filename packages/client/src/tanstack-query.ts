import { getUntypedClient } from '@trpc/client'
import type { DataTag, InfiniteData } from '@tanstack/react-query'
import type { PrebookClient } from '@prebook/client'

/** A cache key: `'prebook'`, the feature, the procedure, the kind of query and its input. */
export type PrebookQueryKey = readonly ['prebook', feature: string, procedure: string, ...unknown[]]

type PathKey = {
  /** The common prefix of all keys of this procedure. Use it to invalidate queries after a change. */
  pathKey: () => PrebookQueryKey
}

type QueryOptions<Input, Output> = PathKey & {
  /** Options for `useQuery`, `prefetchQuery` and similar functions. */
  queryOptions: (input: Input) => {
    queryKey: DataTag<PrebookQueryKey, Output>
    queryFn: (context: { signal: AbortSignal }) => Promise<Output>
    retry: false
  }
}

/** The input without `cursor`. It stays optional if the procedure can be called without it. */
type WithoutCursor<Input> = undefined extends Input
  ? Omit<Exclude<Input, undefined | void>, 'cursor'> | void
  : Omit<Input, 'cursor'>

type InfiniteOptions<Input, Output> = {
  /** Options for `useInfiniteQuery`. Each page is requested with the `nextCursor` of the previous page. */
  infiniteQueryOptions: (input: WithoutCursor<Input>) => {
    queryKey: DataTag<PrebookQueryKey, InfiniteData<Output, string | null>>
    queryFn: (context: { signal: AbortSignal; pageParam: string | null }) => Promise<Output>
    initialPageParam: string | null
    getNextPageParam: (lastPage: Output) => string | null
    retry: false
  }
}

type MutationOptions<Input, Output> = PathKey & {
  /** Options for `useMutation`. */
  mutationOptions: () => { mutationKey: PrebookQueryKey; mutationFn: (input: Input) => Promise<Output> }
}

type Reads<Input, Output> = { query: (input: Input, options?: never) => Promise<Output> }
type Changes<Input, Output> = { mutate: (input: Input, options?: never) => Promise<Output> }

type OptionsOf<Procedure> =
  Procedure extends Reads<infer Input, infer Output>
    ? [Output] extends [{ nextCursor: string | null }]
      ? QueryOptions<Input, Output> & InfiniteOptions<Input, Output>
      : QueryOptions<Input, Output>
    : Procedure extends Changes<infer Input, infer Output>
      ? MutationOptions<Input, Output>
      : never

/** TanStack Query options for each procedure: `queries.books.list.infiniteQueryOptions({ query: 'dune' })`. */
export type PrebookQueries = {
  [Feature in Exclude<keyof PrebookClient, symbol>]: {
    [Name in keyof PrebookClient[Feature]]: OptionsOf<PrebookClient[Feature][Name]>
  }
}

/**
 * Creates TanStack Query options from a client. They disable the retries of TanStack Query, since the client retries on its
 * own. To override an option, spread the options.
 *
 * @param client the client from `createClient`
 * @example
 * const queries = createQueries(client)
 * const book = useQuery(queries.books.get.queryOptions({ bookId: 1 }))
 * const books = useInfiniteQuery(queries.books.list.infiniteQueryOptions({ query: 'dune' }))
 * const create = useMutation({
 *   ...queries.prebooks.create.mutationOptions(),
 *   onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.prebooks.list.pathKey() }),
 * })
 */
export function createQueries(client: PrebookClient): PrebookQueries {
  return byName((feature) => byName((procedure) => optionsOf(client, feature, procedure))) as PrebookQueries
}

/** An object that creates its properties on access, since the procedures are known only to the type system. */
function byName(make: (name: string) => unknown): unknown {
  return new Proxy({}, { get: (_, name) => (typeof name === 'string' ? make(name) : undefined) })
}

function optionsOf(client: PrebookClient, feature: string, procedure: string) {
  const path = `${feature}.${procedure}`
  const key = ['prebook', feature, procedure] as const
  const untyped = getUntypedClient(client)
  return {
    pathKey: () => key,
    queryOptions: (input: unknown) => ({
      queryKey: [...key, 'query', input],
      queryFn: ({ signal }: { signal: AbortSignal }) => untyped.query(path, input, { signal }),
      retry: false,
    }),
    infiniteQueryOptions: (input: object) => ({
      queryKey: [...key, 'infinite', input],
      queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: unknown }) =>
        untyped.query(path, { ...input, cursor: pageParam }, { signal }),
      initialPageParam: null,
      getNextPageParam: (page: { nextCursor: unknown }) => page.nextCursor,
      retry: false,
    }),
    mutationOptions: () => ({
      mutationKey: key,
      mutationFn: (input: unknown) => untyped.mutation(path, input),
    }),
  }
}
