import { QueryClient } from '@tanstack/react-query'
import type { Book, Prebook } from '@prebook/client'
import { describe, expect, test, vi } from 'vitest'

// The client takes its URL from the address of the page.
vi.stubGlobal('location', new URL('http://shop.example/'))
const { PENDING_ID, refreshPrebooks, showPrebook, showWithdrawal, waitlistQuery } =
  await import('./prebook-cache.ts')
const { queries } = await import('../../lib/client.ts')

const first: Prebook = {
  id: 7,
  bookId: 3,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  status: 'waiting',
  bookExpectedOn: null,
  bookExpectedPrecision: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  notifiedAt: null,
  cancelledAt: null,
  cancelledBy: null,
  successorId: null,
}
const cancelled: Prebook = { ...first, status: 'cancelled', cancelledAt: '2026-01-01T00:01:00.000Z' }

const book: Book = {
  id: 3,
  title: 'Dune',
  author: 'Frank Herbert',
  priceCents: 999,
  currency: 'EUR',
  isbn: null,
  description: null,
  stockQuantity: 0,
  inStock: false,
  expectedOn: null,
  expectedPrecision: null,
  withdrawnAt: null,
  successorId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}

function shownAfter(mine: Prebook, received: Prebook) {
  const queryClient = new QueryClient()
  const { queryKey } = waitlistQuery(3)
  queryClient.setQueryData(queryKey, {
    bookId: 3,
    inStock: false,
    waiting: 4,
    mine: { ...mine, queuePosition: 4 },
  })
  showPrebook(queryClient, received)
  return queryClient.getQueryData(queryKey)
}

test('removes a cancelled prebook from the book’s page and shortens the queue', () => {
  expect(shownAfter(first, cancelled)).toMatchObject({ mine: null, waiting: 3 })
})

test('keeps a newer prebook without an id when the cancellation of the previous one arrives', () => {
  expect(shownAfter({ ...first, id: PENDING_ID }, cancelled)).toMatchObject({
    mine: { id: PENDING_ID },
    waiting: 4,
  })
})

test('gives a prebook without an id the id that arrives for it', () => {
  expect(shownAfter({ ...first, id: PENDING_ID }, first)).toMatchObject({ mine: { id: 7, queuePosition: 4 } })
})

test('marks the book of a prebook that the shop cancelled as withdrawn', () => {
  const queryClient = new QueryClient()
  const { queryKey } = queries.books.get.queryOptions({ bookId: 3 })
  const byShop: Prebook = { ...cancelled, cancelledBy: 'shop', successorId: 9 }
  showWithdrawal(queryClient, byShop)
  expect(queryClient.getQueryData(queryKey)).toBeUndefined()
  queryClient.setQueryData(queryKey, book)
  showWithdrawal(queryClient, byShop)
  expect(queryClient.getQueryData(queryKey)).toEqual({
    ...book,
    withdrawnAt: cancelled.cancelledAt,
    successorId: 9,
  })
})

describe('refetches after a change', () => {
  const { queryKey } = waitlistQuery(3)

  /** A page that shows a queue, with `changes` mutations in flight. */
  function page(changes: number) {
    const queryClient = new QueryClient()
    queryClient.setQueryData(queryKey, { bookId: 3, inStock: false, waiting: 4, mine: null })
    const { mutationKey } = queries.prebooks.create.mutationOptions()
    const finish = Array.from({ length: changes }, () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const change = queryClient
        .getMutationCache()
        .build(queryClient, { mutationKey, mutationFn: () => promise })
      const execution = change.execute(undefined)
      return async () => {
        resolve()
        await execution
      }
    })
    return { queryClient, finish, isStale: () => queryClient.getQueryState(queryKey)?.isInvalidated }
  }

  test('at once when no mutation is in flight', async () => {
    const { queryClient, isStale } = page(0)
    await refreshPrebooks(queryClient)
    expect(isStale()).toBe(true)
  })

  test('only once the last mutation in flight settles', async () => {
    const { queryClient, finish, isStale } = page(2)
    await refreshPrebooks(queryClient, { settling: true })
    expect(isStale()).toBe(false)

    await finish[0]?.()
    await refreshPrebooks(queryClient)
    expect(isStale()).toBe(false)
    await refreshPrebooks(queryClient, { settling: true })
    expect(isStale()).toBe(true)
    await finish[1]?.()
  })
})
