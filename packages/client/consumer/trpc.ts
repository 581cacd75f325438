/* Tools of tRPC that a team uses with this package. See types.ts. */
import { QueryClient, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, loggerLink, safe, type TRPCLink } from '@trpc/client'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import {
  createClient,
  explainError,
  type Book,
  type Prebook,
  type PrebookRouter,
  type Reason,
  type RouterOutputs,
} from '@prebook/client'

// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are only compared as types
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
// oxlint-enable typescript/no-unnecessary-type-parameters
declare function is<T>(): <V>(value: V) => Equal<V, T> extends true ? void : { error: 'another type'; is: V }
declare function use(value: unknown): void

/** A link of one's own. */
const countCalls: TRPCLink<PrebookRouter> = () => {
  let calls = 0
  return ({ op, next }) => {
    calls += 1
    use(`${op.path} ${calls}`)
    return next(op)
  }
}

/** A client with one's own links. */
export async function ownLinks(): Promise<void> {
  const client = createTRPCClient<PrebookRouter>({
    links: [
      countCalls,
      loggerLink<PrebookRouter>(),
      httpBatchLink({ url: 'https://books.example.org/trpc' }),
    ],
  })
  is<Book>()(await client.books.get.query({ bookId: 1 })) satisfies void
  is<RouterOutputs['books']['list']>()(await client.books.list.query()) satisfies void
}

/** A rejection as a typed value. */
export async function rejections(): Promise<void> {
  const client = createClient({ url: 'https://books.example.org' })
  const [prebook, error] = await safe(client.prebooks.create.mutate({ bookId: 1 }))
  if (error) is<Reason | undefined>()(error.data?.reason) satisfies void
  else is<Prebook>()(prebook) satisfies void
}

const client = createClient({ url: 'https://books.example.org' })
const trpc = createTRPCOptionsProxy<PrebookRouter>({ client, queryClient: new QueryClient() })

/** The hooks of TanStack Query through tRPC's own integration. */
export function useOptionsProxy(): void {
  const { data: book, error } = useQuery(trpc.books.get.queryOptions({ bookId: 1 }))
  is<Book | undefined>()(book) satisfies void
  is<Reason | undefined>()(error?.data?.reason) satisfies void
  use(explainError(error))
  const { data: books } = useInfiniteQuery(
    trpc.books.list.infiniteQueryOptions(
      { query: 'dune' },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  )
  is<Book | undefined>()(books?.pages[0]?.items[0]) satisfies void
  const { mutate } = useMutation(trpc.prebooks.create.mutationOptions())
  mutate({ bookId: 1 })
}

/** A function that gets a caller of a router of this type, as on a server or in a test. */
export async function titleOf(caller: ReturnType<PrebookRouter['createCaller']>): Promise<string> {
  const book = await caller.books.get({ isbn: '9780441013593' })
  is<Book>()(book) satisfies void
  // @ts-expect-error: not both
  await caller.books.get({ bookId: 1, isbn: '9780441013593' })
  return book.title
}
