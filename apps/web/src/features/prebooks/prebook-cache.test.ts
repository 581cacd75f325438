import { QueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { describe, expect, test, vi } from 'vitest'

// The page's client is made for the address of the page.
vi.stubGlobal('location', new URL('http://shop.example/'))
const { NOT_YET, refreshAround, showPrebook, waitlistQuery } = await import('./prebook-cache.ts')
const { queries } = await import('../../lib/client.ts')

const first: Prebook = {
  id: 7,
  bookId: 3,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  status: 'waiting',
  createdAt: '2026-01-01T00:00:00.000Z',
  notifiedAt: null,
  cancelledAt: null,
}
const cancelled: Prebook = { ...first, status: 'cancelled', cancelledAt: '2026-01-01T00:01:00.000Z' }

function shownAfter(mine: Prebook, news: Prebook) {
  const queryClient = new QueryClient()
  const { queryKey } = waitlistQuery(3)
  queryClient.setQueryData(queryKey, {
    bookId: 3,
    inStock: false,
    waiting: 4,
    mine: { ...mine, queuePosition: 4 },
  })
  showPrebook(queryClient, news)
  return queryClient.getQueryData(queryKey)
}

test('a cancelled prebook is gone from the book’s page, and the queue is shorter', () => {
  expect(shownAfter(first, cancelled)).toMatchObject({ mine: null, waiting: 3 })
})

test('one that was made since and has no id yet stays when the cancellation of the one before is heard', () => {
  expect(shownAfter({ ...first, id: NOT_YET }, cancelled)).toMatchObject({
    mine: { id: NOT_YET },
    waiting: 4,
  })
})

test('one that has no id yet gets the id that is heard for it', () => {
  expect(shownAfter({ ...first, id: NOT_YET }, first)).toMatchObject({ mine: { id: 7, queuePosition: 4 } })
})

describe('what follows from a change is asked for', () => {
  const { queryKey } = waitlistQuery(3)

  /** A page that shows a queue, with so many changes under way. */
  function page(changes: number) {
    const queryClient = new QueryClient()
    queryClient.setQueryData(queryKey, { bookId: 3, inStock: false, waiting: 4, mine: null })
    const { mutationKey } = queries.prebooks.create.mutationOptions()
    const ends = Array.from({ length: changes }, () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const change = queryClient
        .getMutationCache()
        .build(queryClient, { mutationKey, mutationFn: () => promise })
      const done = change.execute(undefined)
      return async () => {
        resolve()
        await done
      }
    })
    return { queryClient, ends, isStale: () => queryClient.getQueryState(queryKey)?.isInvalidated }
  }

  test('at once when nothing is under way', async () => {
    const { queryClient, isStale } = page(0)
    await refreshAround(queryClient)
    expect(isStale()).toBe(true)
  })

  test('by the change that settles, and by news, only when no other is under way', async () => {
    const { queryClient, ends, isStale } = page(2)
    await refreshAround(queryClient, { settling: true })
    expect(isStale()).toBe(false)

    await ends[0]?.()
    await refreshAround(queryClient)
    expect(isStale()).toBe(false)
    await refreshAround(queryClient, { settling: true })
    expect(isStale()).toBe(true)
    await ends[1]?.()
  })
})
