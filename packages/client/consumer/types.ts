/*
 * The types of an application that uses the package. Nothing here runs: `packed.test.ts` compiles it against the installed
 * package. A line after `@ts-expect-error` must be an error. A type that became `any` fails an `Equal` or an `is`.
 */
import {
  createClient,
  explainError,
  isPrebookError,
  memoryStorage,
  type Book,
  type ClientOptions,
  type Prebook,
  type PrebookCallError,
  type PrebookClient,
  type PrebookClientError,
  type PrebookFailure,
  type Reason,
  type RouterInputs,
  type RouterOutputs,
  type TokenStorage,
} from '@prebook/client'

/*
 * Whether two types are identical, including optional fields. `any` equals only `any`. The function types are written out,
 * since with an alias the compiler would compare only the type arguments, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are only compared as types
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
// oxlint-enable typescript/no-unnecessary-type-parameters
/** Compiles only if the argument is `true`. */
type Yes<Answer extends true> = Answer
/** Checks that a value has exactly this type. */
declare function is<T>(): <V>(value: V) => Equal<V, T> extends true ? void : { error: 'another type'; is: V }

declare function use(value: unknown): void

type In = RouterInputs
type Out = RouterOutputs

type WholeBook = {
  id: number
  title: string
  author: string
  priceCents: number
  currency: string
  isbn: string | null
  description: string | null
  stockQuantity: number
  inStock: boolean
  withdrawnAt: string | null
  successorId: number | null
  expectedOn: string | null
  expectedPrecision: 'day' | 'month' | 'season' | null
  createdAt: string
  updatedAt: string
}
type WholePrebook = {
  id: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  status: 'waiting' | 'notified' | 'cancelled'
  bookExpectedOn: string | null
  bookExpectedPrecision: 'day' | 'month' | 'season' | null
  createdAt: string
  notifiedAt: string | null
  cancelledAt: string | null
  cancelledBy: 'reader' | 'shop' | null
  successorId: number | null
}
type WholeUser = {
  id: number
  email: string
  role: 'reader' | 'staff' | 'admin'
  isActive: boolean
  mailOptOut: boolean
  createdAt: string
}

/** The inputs of the procedures. */
export type Inputs = [
  Yes<
    Equal<In['auth']['login'], { email: string; password: string; session?: 'token' | 'cookie' | undefined }>
  >,
  Yes<Equal<In['auth']['me'], void>>,
  Yes<Equal<In['books']['get'], { bookId: number; isbn?: undefined } | { bookId?: undefined; isbn: string }>>,
  Yes<
    Equal<
      In['books']['list'],
      {
        query?: string | undefined
        inStock?: boolean | undefined
        limit?: number | undefined
        cursor?: string | null | undefined
      }
    >
  >,
  Yes<Equal<In['prebooks']['create'], { bookId: number }>>,
  Yes<Equal<In['prebooks']['cancel'], { prebookId: number }>>,
  Yes<
    Equal<
      In['stock']['set'],
      {
        bookId: number
        quantity: number
        expectedQuantity?: number | undefined
        note?: string | null | undefined
        idempotencyKey?: string | undefined
      }
    >
  >,
]

/** The outputs of the procedures. */
export type Outputs = [
  Yes<Equal<Book, WholeBook>>,
  Yes<Equal<Prebook, WholePrebook>>,
  Yes<
    Equal<
      Out['books']['list'],
      { items: WholeBook[]; nextCursor: string | null; showingResultsFor: string | null }
    >
  >,
  Yes<Equal<Out['books']['get'], WholeBook>>,
  Yes<Equal<Out['prebooks']['create'], WholePrebook>>,
  Yes<Equal<Out['prebooks']['list'], { items: WholePrebook[]; nextCursor: string | null }>>,
  Yes<Equal<Out['prebooks']['get']['queuePosition'], number | '1000+' | null>>,
  Yes<Equal<Out['auth']['login'], { token: string | null; expiresAt: string; user: WholeUser }>>,
  Yes<Equal<Out['auth']['me'], WholeUser | null>>,
  Yes<Equal<Out['auth']['logout'], { ok: true }>>,
  Yes<Equal<Out['stock']['set']['transition'], 'restocked' | 'sold-out' | 'changed' | 'none'>>,
  Yes<
    Equal<
      Out['stock']['adjust']['broadcast'],
      { waitlistId: number; notifiedAt: string; notified: number } | null
    >
  >,
]

type PrebookReason = 'NOT_FOUND' | 'BOOK_IN_STOCK' | 'BOOK_WITHDRAWN' | 'DUPLICATE' | 'ALREADY_CANCELLED'
type AuthReason =
  | 'EMAIL_TAKEN'
  | 'REQUIRED'
  | 'INVALID_CREDENTIALS'
  | 'FORBIDDEN'
  | 'SCOPE_MISSING'
  | 'ACCOUNT_DEACTIVATED'
  | 'LINK_INVALID'

/** The reasons of refusals. */
export type Refusals = [
  Yes<Equal<Extract<Reason, `PREBOOK_${string}`>, `PREBOOK_${PrebookReason}`>>,
  Yes<Equal<Extract<Reason, `AUTH_${string}`>, `AUTH_${AuthReason}`>>,
  Yes<Equal<PrebookClientError['data']['reason'], Reason>>,
]

/** A check for one refusal. */
export function refusals(error: unknown): void {
  if (isPrebookError(error, 'PREBOOK_DUPLICATE')) {
    is<'PREBOOK_DUPLICATE'>()(error.data.reason) satisfies void
    is<{ path: string; message: string }[] | null>()(error.data.issues) satisfies void
    is<number | null>()(error.data.retryAfterSeconds) satisfies void
    is<string>()(error.message) satisfies void
  }
  const failed = (caught: PrebookCallError) => is<Reason | undefined>()(caught.data?.reason) satisfies void
  use(failed)
  // @ts-expect-error: unknown reason
  isPrebookError(error, 'PREBOOK_TWICE')
}

/** A `switch` over every kind of failure. With a missing case, `text` would be unassigned. */
export function describeFailure(error: unknown): string {
  const failure = explainError(error)
  is<PrebookFailure>()(failure) satisfies void
  let text: string
  switch (failure.kind) {
    case 'refused':
      is<Reason>()(failure.reason) satisfies void
      is<string | null>()(failure.field) satisfies void
      text = `${failure.reason}: ${failure.message}`
      break
    case 'unknown-reason':
      is<string>()(failure.reason) satisfies void
      text = `${failure.reason}: ${failure.message}`
      break
    case 'unreachable':
    case 'timeout':
    case 'aborted':
    case 'not-prebook':
    case 'unknown':
      is<string | null>()(failure.requestId) satisfies void
      is<number | null>()(failure.retryAfterSeconds) satisfies void
      // @ts-expect-error: only a refusal has a reason
      text = failure.reason
      text = failure.message
  }
  return text
}

/** Valid calls and their results. */
export async function rightCalls(client: PrebookClient, signal: AbortSignal): Promise<void> {
  is<PrebookClient>()(createClient({ url: 'https://books.example.org' })) satisfies void
  createClient({
    url: 'https://books.example.org',
    token: async () => undefined,
    headers: () => ({ 'accept-language': 'fi' }),
    timeoutMs: 5_000,
    fetch: (url, init) => fetch(url, init),
    onUnauthorized: (token) => is<string>()(token) satisfies void,
    retries: ({ type, attempt, failure }) =>
      type === 'query' && attempt < 5 && failure.kind === 'unreachable',
    batch: false,
    credentials: 'include',
    onRequest: ({ procedures }) => is<string[]>()(procedures) satisfies void,
    onResponse: ({ status, requestId }) => use([is<number | null>()(status), is<string | null>()(requestId)]),
    onRetry: ({ delayMs, failure }) => use([is<number>()(delayMs), is<PrebookFailure>()(failure)]),
  })
  createClient({ url: 'https://books.example.org', retries: 0 })
  createClient({ url: 'https://books.example.org', token: undefined, storage: memoryStorage(), fetch })
  const storage: TokenStorage = { get: async () => null, set: async (_token: string) => {}, remove: () => {} }
  const options: ClientOptions = { url: 'https://books.example.org', storage }
  createClient(options)

  is<WholeBook>()(await client.books.get.query({ isbn: '9780441013593' })) satisfies void
  is<WholePrebook>()(await client.prebooks.create.mutate({ bookId: 1 })) satisfies void
  await client.books.list.query({ query: 'dune', inStock: false, limit: 10 }, { signal })
  await client.books.list.query()
  is<WholePrebook[]>()((await client.prebooks.list.query()).items) satisfies void
  await client.auth.me.query()
  await client.auth.me.query(undefined, { signal })
  await client.stock.set.mutate({ bookId: 1, quantity: 5, idempotencyKey: 'delivery-17' })
  const watching = client.prebooks.watch.subscribe(undefined, {
    onData(item) {
      is<{ id: string; data: WholePrebook }>()({ id: item.id, data: item.data }) satisfies void
    },
    onError(error) {
      is<Reason | undefined>()(error.data?.reason) satisfies void
      use(explainError(error))
    },
    onConnectionStateChange: ({ state }) => is<'connecting' | 'idle' | 'pending'>()(state) satisfies void,
  })
  watching.unsubscribe()
  client.stock.changes.subscribe({ afterMovementId: 17 }, { onData: ({ data }) => use(data.bookTitle) })
}

/** Loops. */
export async function rightLoops(client: PrebookClient, signal: AbortSignal): Promise<void> {
  for await (const book of client.books.list.all()) is<WholeBook>()(book) satisfies void
  for await (const prebook of client.prebooks.list.all({ status: 'waiting', limit: 10 }, { signal })) {
    is<WholePrebook>()(prebook) satisfies void
  }
  for await (const movement of client.stock.history.all({ bookId: 1 }))
    is<number>()(movement.delta) satisfies void
  for await (const prebook of client.prebooks.watch.iterate()) is<WholePrebook>()(prebook) satisfies void
  for await (const prebook of client.prebooks.watch.iterate({
    signal,
    onConnectionStateChange: ({ state, error }) => {
      is<'connecting' | 'idle' | 'pending'>()(state) satisfies void
      if (error) use(explainError(error))
    },
  }))
    use(prebook.status)
  for await (const change of client.stock.changes.iterate()) is<string>()(change.bookTitle) satisfies void
  for await (const change of client.stock.changes.iterate({ bookId: 1 }, { signal })) use(change.broadcast)
}

/** Invalid loops. */
export function wrongLoops(client: PrebookClient, signal: AbortSignal): void {
  // @ts-expect-error: not a list
  client.books.get.all({ bookId: 1 })
  // @ts-expect-error: has no pages
  client.demand.top.all()
  // @ts-expect-error: a mutation
  client.deliveries.redrive.all({ state: 'failed' })
  // @ts-expect-error: a book is required
  client.stock.history.all()
  // @ts-expect-error: the loop sets the cursor
  client.books.list.all({ cursor: 'x' })
  // @ts-expect-error: unknown input field
  client.books.list.all({ title: 'Dune' })
  // @ts-expect-error: the signal is in the second argument
  client.books.list.all({ signal })
  // @ts-expect-error: a list is not a stream
  client.books.list.iterate()
  // @ts-expect-error: a stream is not a list
  client.prebooks.watch.all()
  // @ts-expect-error: it has no input
  client.prebooks.watch.iterate({ lastEventId: '1' })
  // @ts-expect-error: it has no input
  client.prebooks.watch.iterate(undefined, { signal })
  // @ts-expect-error: the signal is in the second argument
  client.stock.changes.iterate({ signal })
  // @ts-expect-error: a loop has no promise
  void client.books.list.all().then(use)
}

/** Invalid calls. */
export async function wrongCalls(client: PrebookClient): Promise<void> {
  // @ts-expect-error: url is required
  createClient({})
  // @ts-expect-error: url is a string
  createClient({ url: 8787 })
  // @ts-expect-error: token is a string
  createClient({ url: 'https://books.example.org', token: 17 })
  // @ts-expect-error: unknown option
  createClient({ url: 'https://books.example.org', retry: 3 })
  // @ts-expect-error: a decision is a boolean
  createClient({ url: 'https://books.example.org', retries: () => 3 })
  // @ts-expect-error: a storage has three methods
  createClient({ url: 'https://books.example.org', storage: { get: () => null } })
  // @ts-expect-error: an input is required
  await client.prebooks.create.mutate()
  // @ts-expect-error: ids are numbers
  await client.prebooks.create.mutate({ bookId: '1' })
  // @ts-expect-error: snake_case is only for REST
  await client.prebooks.create.mutate({ book_id: 1 })
  // @ts-expect-error: unknown input field
  await client.prebooks.create.mutate({ bookId: 1, userId: 2 })
  // @ts-expect-error: creating is a mutation
  await client.prebooks.create.query({ bookId: 1 })
  // @ts-expect-error: listing is a query
  await client.prebooks.list.mutate({})
  // @ts-expect-error: unknown procedure
  await client.prebooks.delete.mutate({ prebookId: 1 })
  // @ts-expect-error: unknown feature
  await client.orders.list.query({})
  // @ts-expect-error: unknown status
  await client.prebooks.list.query({ status: 'sent' })
  // @ts-expect-error: an id or an ISBN is required
  await client.books.get.query({})
  // @ts-expect-error: not both
  await client.books.get.query({ bookId: 1, isbn: '9780441013593' })
  // @ts-expect-error: not both
  await client.stock.preview.query({ bookId: 1, quantity: 1, delta: 1 })
  // @ts-expect-error: lists are read in one direction
  await client.books.list.query({ direction: 'forward' })
  // @ts-expect-error: `me` has no input
  await client.auth.me.query({ bookId: 1 })
  // @ts-expect-error: a stream is a subscription
  await client.prebooks.watch.query()
  // @ts-expect-error: the input has no userId
  client.prebooks.watch.subscribe({ userId: 2 }, {})
  // @ts-expect-error: a signal is not a boolean
  await client.books.list.query({}, { signal: true })
  const prebook = await client.prebooks.create.mutate({ bookId: 1 })
  // @ts-expect-error: not a database column
  use(prebook.user_id)
  // @ts-expect-error: times are strings
  use(prebook.createdAt.getTime())
  // @ts-expect-error: notifiedAt can be null
  use(prebook.notifiedAt.length)
  // @ts-expect-error: unknown status
  use(prebook.status === 'sent')
}
