import {
  InfiniteQueryObserver,
  MutationObserver,
  QueryClient,
  type InfiniteData,
} from '@tanstack/react-query'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, explainError, type Book, type PrebookClient, type RouterOutputs } from './index.ts'
import { createQueries, type PrebookQueries } from './tanstack-query.ts'
import { caught } from './testing/caught.ts'
import { refuseWith, serve } from './testing/servers.ts'

const account = { email: 'admin@example.org', password: 'a password for tests' }
let api: ApiProcess
let client: PrebookClient
let queries: PrebookQueries
beforeAll(async () => {
  api = await spawnApi({ admin: account })
  const { token } = await createClient({ url: api.url }).auth.login.mutate(account)
  client = createClient({ url: api.url, token })
  queries = createQueries(client)
  for (const title of ['Dune', 'Dune Messiah', 'Children of Dune', 'Emma', 'Ulysses']) {
    await client.books.create.mutate({ title, author: 'An Author', priceCents: 999 })
  }
})
afterAll(() => api[Symbol.asyncDispose]())

describe('a query', () => {
  test('is cached under a typed key', async () => {
    const cache = new QueryClient()
    const options = queries.books.get.queryOptions({ bookId: 1 })
    const book = await cache.fetchQuery(options)
    expectTypeOf(book).toEqualTypeOf<Book>()
    expect(book).toMatchObject({ id: 1, title: 'Dune' })
    const cached = cache.getQueryData(options.queryKey)
    expectTypeOf(cached).toEqualTypeOf<Book | undefined>()
    expect(cached).toEqual(book)
    expect(options.queryKey).toEqual(['prebook', 'books', 'get', 'query', { bookId: 1 }])
  })

  test('without an input takes no argument', async () => {
    const me = await new QueryClient().fetchQuery(queries.auth.me.queryOptions())
    expectTypeOf(me).toEqualTypeOf<RouterOutputs['auth']['me']>()
    expect(me).toMatchObject({ email: account.email })
  })

  test('is not retried after a refusal', async () => {
    await using server = await serve(refuseWith('BOOK_NOT_FOUND'))
    const { books } = createQueries(createClient({ url: server.url }))
    const error = await caught(new QueryClient().fetchQuery(books.get.queryOptions({ bookId: 1 })))
    expect(explainError(error)).toMatchObject({ kind: 'refused', reason: 'BOOK_NOT_FOUND' })
    expect(server.requests).toHaveLength(1)
  })

  test('aborts its request when it is cancelled', async () => {
    const arrived = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    await using server = await serve((request) => {
      request.once('close', closed.resolve)
      arrived.resolve()
    })
    const cache = new QueryClient()
    const options = createQueries(createClient({ url: server.url })).books.get.queryOptions({ bookId: 1 })
    const fetching = caught(cache.fetchQuery(options))
    await arrived.promise
    await cache.cancelQueries({ queryKey: options.queryKey })
    await closed.promise
    expect(await fetching).toMatchObject({ name: 'Error' })
  })
})

describe('an infinite query', () => {
  test('fetches all pages', async () => {
    const options = queries.books.list.infiniteQueryOptions({ query: 'dune', limit: 2 })
    const cache = new QueryClient()
    const observer = new InfiniteQueryObserver(cache, options)
    const unsubscribe = observer.subscribe(() => undefined)
    await observer.refetch()
    expect(observer.getCurrentResult().hasNextPage).toBe(true)
    await observer.fetchNextPage()
    const { data, hasNextPage } = observer.getCurrentResult()
    unsubscribe()
    expectTypeOf(data).toEqualTypeOf<InfiniteData<RouterOutputs['books']['list']> | undefined>()
    expect(data?.pages.map(({ items }) => items.length)).toEqual([2, 1])
    expect(hasNextPage).toBe(false)
    expect(cache.getQueryData(options.queryKey)).toEqual(data)
  })

  test('exists only for lists with pages', () => {
    expectTypeOf(queries.books.list).toHaveProperty('infiniteQueryOptions')
    expectTypeOf(queries.prebooks.list).toHaveProperty('infiniteQueryOptions')
    expectTypeOf(queries.demand.waitlist).toHaveProperty('infiniteQueryOptions')
    expectTypeOf(queries.books.get).not.toHaveProperty('infiniteQueryOptions')
    expectTypeOf(queries.demand.top).not.toHaveProperty('infiniteQueryOptions')
    expectTypeOf(queries.prebooks.create).not.toHaveProperty('queryOptions')
    expectTypeOf(queries.books.get).not.toHaveProperty('mutationOptions')
    expectTypeOf(queries.books.list.infiniteQueryOptions).parameter(0).not.toHaveProperty('cursor')
  })

  test('is cached separately from the plain query with the same input', async () => {
    const cache = new QueryClient()
    await cache.fetchQuery(queries.books.list.queryOptions({ query: 'dune' }))
    await cache.fetchInfiniteQuery(queries.books.list.infiniteQueryOptions({ query: 'dune' }))
    expect(cache.getQueryCache().getAll()).toHaveLength(2)
  })
})

describe('a mutation', () => {
  test('can invalidate lists by their path key', async () => {
    const cache = new QueryClient()
    const mine = queries.prebooks.list.queryOptions({})
    const waiting = queries.prebooks.list.infiniteQueryOptions({ status: 'waiting' })
    await cache.fetchQuery(mine)
    await cache.fetchInfiniteQuery(waiting)
    await cache.fetchQuery(queries.books.get.queryOptions({ bookId: 1 }))

    const observer = new MutationObserver(cache, queries.prebooks.create.mutationOptions())
    const prebook = await observer.mutate({ bookId: 1 })
    expectTypeOf(prebook).toEqualTypeOf<RouterOutputs['prebooks']['create']>()
    expect(prebook).toMatchObject({ bookId: 1, status: 'waiting' })

    await cache.invalidateQueries({ queryKey: queries.prebooks.list.pathKey(), refetchType: 'none' })
    const stale = cache
      .getQueryCache()
      .findAll({ stale: true, predicate: (query) => query.state.isInvalidated })
    expect(stale.map(({ queryKey }) => queryKey)).toEqual([mine.queryKey, waiting.queryKey])
  })

  test('without an input takes no argument', async () => {
    const { token } = await createClient({ url: api.url }).auth.login.mutate(account)
    const { auth } = createQueries(createClient({ url: api.url, token }))
    const observer = new MutationObserver(new QueryClient(), auth.logout.mutationOptions())
    expect(await observer.mutate()).toEqual({ ok: true })
  })
})
