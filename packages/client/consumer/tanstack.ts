/* The same for `@prebook/client/tanstack-query`, in an application with React. */
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
 * Whether two types are the same to the last optional field; `any` is the same as nothing but `any`. The functions stand here
 * in full: behind an alias the compiler would compare what the alias is given, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are compared as types; nobody calls them
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
  // @ts-expect-error: there is no such procedure
  queries.books.delete.mutationOptions()
  // @ts-expect-error: creating is no query
  queries.prebooks.create.queryOptions({ bookId: 1 })
  // @ts-expect-error: a book has no pages
  queries.books.get.infiniteQueryOptions({ bookId: 1 })
  // @ts-expect-error: the cursor comes from the page before
  queries.books.list.infiniteQueryOptions({ cursor: 'abc' })
  // @ts-expect-error: an input is required
  queries.books.get.queryOptions()
}
