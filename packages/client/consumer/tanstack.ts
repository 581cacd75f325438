/* The types of `@prebook/client/tanstack-query` in a React application. See types.ts. */
import {
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useSuspenseQuery,
  type InfiniteData,
} from '@tanstack/react-query'
import { createClient, type Book, type Prebook, type RouterOutputs } from '@prebook/client'
import { createQueries } from '@prebook/client/tanstack-query'

/*
 * Whether two types are identical, including optional fields. `any` equals only `any`. The function types are written out,
 * since with an alias the compiler would compare only the type arguments, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are only compared as types
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
// oxlint-enable typescript/no-unnecessary-type-parameters
declare function is<T>(): <V>(value: V) => Equal<V, T> extends true ? void : { error: 'another type'; is: V }

type Page = RouterOutputs['books']['list']
const client = createClient({ url: 'https://books.example.org' })
const queries = createQueries(client)
const cache = new QueryClient()

export function useEverything(bookId: number | null): void {
  const { data: book, error } = useQuery(queries.books.get.queryOptions({ bookId: 1 }))
  is<Book | undefined>()(book) satisfies void
  is<Error | null>()(error) satisfies void
  const { data: title } = useQuery({
    ...queries.books.get.queryOptions({ bookId: bookId ?? 0 }),
    enabled: bookId !== null,
    select: (found) => found.title,
  })
  is<string | undefined>()(title) satisfies void
  const { data: me } = useSuspenseQuery(queries.auth.me.queryOptions())
  is<RouterOutputs['auth']['me']>()(me) satisfies void

  const { data: books, fetchNextPage } = useInfiniteQuery(
    queries.books.list.infiniteQueryOptions({ query: 'dune' }),
  )
  is<InfiniteData<Page> | undefined>()(books) satisfies void
  void fetchNextPage()

  const { mutate, data: prebook } = useMutation({
    ...queries.prebooks.create.mutationOptions(),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.prebooks.list.pathKey() }),
  })
  is<Prebook | undefined>()(prebook) satisfies void
  mutate({ bookId: 1 })
  const logout = useMutation(queries.auth.logout.mutationOptions())
  logout.mutate()

  is<Book | undefined>()(
    cache.getQueryData(queries.books.get.queryOptions({ bookId: 1 }).queryKey),
  ) satisfies void

  // @ts-expect-error: ids are numbers
  mutate({ bookId: '1' })
  // @ts-expect-error: unknown procedure
  queries.books.delete.mutationOptions()
  // @ts-expect-error: creating is a mutation
  queries.prebooks.create.queryOptions({ bookId: 1 })
  // @ts-expect-error: not a list
  queries.books.get.infiniteQueryOptions({ bookId: 1 })
  // @ts-expect-error: the cursor comes from the previous page
  queries.books.list.infiniteQueryOptions({ cursor: 'abc' })
  // @ts-expect-error: an input is required
  queries.books.get.queryOptions()
}
