import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { isPrebookError, type Book, type Prebook } from '@prebook/client'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { reasonTexts } from '../../lib/reasons.ts'
import { PENDING_ID, refreshPrebooks, waitlistQuery } from './prebook-cache.ts'

/**
 * Pre-books a book with an optimistic update, which is reverted on failure. A second click while the first is in flight
 * does nothing. A restock in the meantime shows as good news, not as an error.
 */
export function usePrebooking(book: Pick<Book, 'id' | 'title' | 'author'>) {
  const queryClient = useQueryClient()
  const busy = useRef(false)
  const { queryKey } = waitlistQuery(book.id)
  const mutation = useMutation({
    ...queries.prebooks.create.mutationOptions(),
    onMutate: async () => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData(queryKey)
      queryClient.setQueryData(queryKey, (shown) => {
        if (shown === undefined || shown.mine !== null) return shown
        const waiting = typeof shown.waiting === 'number' ? shown.waiting + 1 : shown.waiting
        return { ...shown, waiting, mine: { ...optimisticPrebook(book), queuePosition: waiting } }
      })
      return { before }
    },
    onSuccess: (prebook) => {
      queryClient.setQueryData(queryKey, (shown) =>
        shown === undefined
          ? shown
          : { ...shown, mine: { ...prebook, queuePosition: shown.mine?.queuePosition ?? null } },
      )
    },
    onError: (error, _, context) => {
      queryClient.setQueryData(queryKey, context?.before)
      if (!showChangedBook(queryClient, book, error)) notifyFailure(error)
    },
    onSettled: () => {
      busy.current = false
      void refreshPrebooks(queryClient, { settling: true })
    },
  })
  return {
    isPending: mutation.isPending,
    prebook: () => {
      if (busy.current) return
      busy.current = true
      mutation.mutate({ bookId: book.id })
    },
  }
}

/**
 * Shows that a book cannot be pre-booked any more, or is already. A restock is good news.
 *
 * @returns false when the error says something else
 */
export function showChangedBook(
  queryClient: QueryClient,
  book: Pick<Book, 'id' | 'title'>,
  error: unknown,
): boolean {
  if (isPrebookError(error, 'PREBOOK_BOOK_IN_STOCK')) {
    const { queryKey } = waitlistQuery(book.id)
    queryClient.setQueryData(queryKey, (shown) => shown && { ...shown, inStock: true, mine: null })
    const body = reasonTexts.PREBOOK_BOOK_IN_STOCK.advice
    notify({ tone: 'good', title: `${book.title} is back in stock`, body })
    return true
  }
  if (isPrebookError(error, 'PREBOOK_DUPLICATE') || isPrebookError(error, 'PREBOOK_BOOK_WITHDRAWN')) {
    const { title, advice } = reasonTexts[error.data.reason]
    notify({ tone: 'plain', title, body: advice })
    return true
  }
  return false
}

function optimisticPrebook({ id, title, author }: Pick<Book, 'id' | 'title' | 'author'>): Prebook {
  return {
    id: PENDING_ID,
    bookId: id,
    bookTitle: title,
    bookAuthor: author,
    status: 'waiting',
    bookExpectedOn: null,
    bookExpectedPrecision: null,
    createdAt: new Date().toISOString(),
    notifiedAt: null,
    cancelledAt: null,
    cancelledBy: null,
    successorId: null,
  }
}
