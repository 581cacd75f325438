/*
 * An application of somebody else's, as far as its compiler sees it: nothing here runs. `packed.test.ts` compiles it against
 * the installed package. A line under `@ts-expect-error` must be an error; a type that became `any` fails an `exact`.
 */
import {
  createClient,
  explainError,
  isPrebookError,
  memoryStorage,
  type Book,
  type ClientOptions,
  type Prebook,
  type PrebookClient,
  type PrebookClientError,
  type PrebookFailure,
  type Reason,
  type RouterInputs,
  type RouterOutputs,
  type TokenStorage,
} from '@prebook/client'

/*
 * Whether two types are the same to the last optional field; `any` is the same as nothing but `any`. The functions stand here
 * in full: behind an alias the compiler would compare what the alias is given, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are compared as types; nobody calls them
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
// oxlint-enable typescript/no-unnecessary-type-parameters
/** Compiles only with `true`. */
type Yes<Answer extends true> = Answer
/** Says so when a value has exactly this type. */
declare function is<T>(): <V>(value: V) => Equal<V, T> extends true ? void : { error: 'another type'; is: V }

declare function use(value: unknown): void

type In = RouterInputs
type Out = RouterOutputs

type WholeBook = {
  id: number
  title: string
  author: string
  priceCents: number
  isbn: string | null
  description: string | null
  stockQuantity: number
  inStock: boolean
  createdAt: string
  updatedAt: string
}
type WholePrebook = {
  id: number
  bookId: number
  bookTitle: string
  bookAuthor: string
  status: 'waiting' | 'notified' | 'cancelled'
  createdAt: string
  notifiedAt: string | null
  cancelledAt: string | null
}
type Everybody = {
  id: number
  email: string
  role: 'reader' | 'admin'
  isActive: boolean
  mailOptOut: boolean
  createdAt: string
}

/** What the procedures take. */
export type Inputs = [
  Yes<
    Equal<In['auth']['login'], { email: string; password: string; session?: 'token' | 'cookie' | undefined }>
  >,
  Yes<Equal<In['auth']['me'], void>>,
  Yes<Equal<In['books']['get'], { bookId: number } | { isbn: string }>>,
  Yes<
    Equal<
      In['books']['list'],
      {
        query?: string | undefined
        inStock?: boolean | undefined
        limit?: number | undefined
        cursor?: string | null | undefined
        direction?: 'forward' | 'backward' | undefined
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

/** What they answer. */
export type Outputs = [
  Yes<Equal<Book, WholeBook>>,
  Yes<Equal<Prebook, WholePrebook>>,
  Yes<Equal<Out['books']['list'], { items: WholeBook[]; nextCursor: string | null }>>,
  Yes<Equal<Out['books']['get'], WholeBook>>,
  Yes<Equal<Out['prebooks']['create'], WholePrebook>>,
  Yes<Equal<Out['prebooks']['list'], { items: WholePrebook[]; nextCursor: string | null }>>,
  Yes<Equal<Out['prebooks']['get']['queuePosition'], number | '1000+' | null>>,
  Yes<Equal<Out['auth']['login'], { token: string | null; expiresAt: string; user: Everybody }>>,
  Yes<Equal<Out['auth']['me'], Everybody | null>>,
  Yes<Equal<Out['auth']['logout'], { ok: true }>>,
  Yes<Equal<Out['stock']['set']['transition'], 'restocked' | 'sold-out' | 'changed' | 'none'>>,
  Yes<
    Equal<
      Out['stock']['adjust']['broadcast'],
      { waitlistId: number; notifiedAt: string; notified: number } | null
    >
  >,
]

type PrebookReason = 'NOT_FOUND' | 'BOOK_IN_STOCK' | 'DUPLICATE' | 'ALREADY_CANCELLED'
type AuthReason = 'EMAIL_TAKEN' | 'REQUIRED' | 'INVALID_CREDENTIALS' | 'FORBIDDEN' | 'ACCOUNT_DEACTIVATED'

/** Why the server refuses. */
export type Refusals = [
  Yes<Equal<Extract<Reason, `PREBOOK_${string}`>, `PREBOOK_${PrebookReason}`>>,
  Yes<Equal<Extract<Reason, `AUTH_${string}`>, `AUTH_${AuthReason}`>>,
  Yes<Equal<PrebookClientError['data']['reason'], Reason>>,
]

/** A refusal that was asked for. */
export function refusals(error: unknown): void {
  if (isPrebookError(error, 'PREBOOK_DUPLICATE')) {
    is<'PREBOOK_DUPLICATE'>()(error.data.reason) satisfies void
    is<{ path: string; message: string }[] | null>()(error.data.issues) satisfies void
    is<number | null>()(error.data.retryAfterSeconds) satisfies void
    is<string>()(error.message) satisfies void
  }
  // @ts-expect-error: there is no such reason
  isPrebookError(error, 'PREBOOK_TWICE')
}

/** What went wrong, every case of it: with one left out, the sentence would not be there to return. */
export function inWords(error: unknown): string {
  const failure = explainError(error)
  is<PrebookFailure>()(failure) satisfies void
  let sentence: string
  switch (failure.kind) {
    case 'refused':
      is<Reason>()(failure.reason) satisfies void
      is<string | null>()(failure.field) satisfies void
      sentence = `${failure.reason}: ${failure.message}`
      break
    case 'unknown-reason':
      is<string>()(failure.reason) satisfies void
      sentence = `${failure.reason}: ${failure.message}`
      break
    case 'unreachable':
    case 'timeout':
    case 'aborted':
    case 'not-prebook':
    case 'unknown':
      // @ts-expect-error: no reason without a refusal
      sentence = failure.reason
      sentence = failure.message
  }
  return sentence
}

/** Calls that are right, and what comes of them. */
export async function rightCalls(client: PrebookClient, signal: AbortSignal): Promise<void> {
  is<PrebookClient>()(createClient({ url: 'https://books.example.org' })) satisfies void
  createClient({
    url: 'https://books.example.org',
    token: async () => undefined,
    headers: () => ({ 'accept-language': 'fi' }),
    timeoutMs: 5_000,
    fetch: (url, init) => fetch(url, init),
    onUnauthorized: (token) => is<string>()(token) satisfies void,
  })
  createClient({ url: 'https://books.example.org', token: undefined, storage: memoryStorage(), fetch })
  const storage: TokenStorage = { get: async () => null, set: async (_token: string) => {}, remove: () => {} }
  const options: ClientOptions = { url: 'https://books.example.org', storage }
  createClient(options)

  is<WholeBook>()(await client.books.get.query({ isbn: '9780441013593' })) satisfies void
  is<WholePrebook>()(await client.prebooks.create.mutate({ bookId: 1 })) satisfies void
  await client.books.list.query({ query: 'dune', inStock: false, limit: 10 }, { signal })
  await client.auth.me.query()
  await client.auth.me.query(undefined, { signal })
  await client.stock.set.mutate({ bookId: 1, quantity: 5, idempotencyKey: 'delivery-17' })
  const watching = client.prebooks.watch.subscribe(undefined, {
    onData(item) {
      is<{ id: string; data: WholePrebook }>()({ id: item.id, data: item.data }) satisfies void
    },
    onError: (error) => use(explainError(error)),
    onConnectionStateChange: ({ state }) => is<'connecting' | 'idle' | 'pending'>()(state) satisfies void,
  })
  watching.unsubscribe()
  client.stock.changes.subscribe({ afterMovementId: 17 }, { onData: ({ data }) => use(data.bookTitle) })
}

/** Calls that are wrong. */
export async function wrongCalls(client: PrebookClient): Promise<void> {
  // @ts-expect-error: where?
  createClient({})
  // @ts-expect-error: an address is a text
  createClient({ url: 8787 })
  // @ts-expect-error: a token is a text
  createClient({ url: 'https://books.example.org', token: 17 })
  // @ts-expect-error: there is no such option
  createClient({ url: 'https://books.example.org', retries: 3 })
  // @ts-expect-error: a storage has three methods
  createClient({ url: 'https://books.example.org', storage: { get: () => null } })
  // @ts-expect-error: an input is required
  await client.prebooks.create.mutate()
  // @ts-expect-error: ids are numbers
  await client.prebooks.create.mutate({ bookId: '1' })
  // @ts-expect-error: snake_case is for REST
  await client.prebooks.create.mutate({ book_id: 1 })
  // @ts-expect-error: nothing more than the input
  await client.prebooks.create.mutate({ bookId: 1, userId: 2 })
  // @ts-expect-error: creating changes something
  await client.prebooks.create.query({ bookId: 1 })
  // @ts-expect-error: listing changes nothing
  await client.prebooks.list.mutate({})
  // @ts-expect-error: there is no such procedure
  await client.prebooks.delete.mutate({ prebookId: 1 })
  // @ts-expect-error: there is no such feature
  await client.orders.list.query({})
  // @ts-expect-error: there is no such status
  await client.prebooks.list.query({ status: 'sent' })
  // @ts-expect-error: an id or an ISBN
  await client.books.get.query({})
  // @ts-expect-error: `me` takes nothing
  await client.auth.me.query({ bookId: 1 })
  // @ts-expect-error: a stream is subscribed to
  await client.prebooks.watch.query()
  // @ts-expect-error: one watches one's own
  client.prebooks.watch.subscribe({ userId: 2 }, {})
  // @ts-expect-error: a signal is no flag
  await client.books.list.query({}, { signal: true })
  const prebook = await client.prebooks.create.mutate({ bookId: 1 })
  // @ts-expect-error: there is no such column
  use(prebook.user_id)
  // @ts-expect-error: times are texts
  use(prebook.createdAt.getTime())
  // @ts-expect-error: it may not have been notified
  use(prebook.notifiedAt.length)
  // @ts-expect-error: there is no such status
  use(prebook.status === 'sent')
}
