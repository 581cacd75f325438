import { notFound } from '@tanstack/react-router'

/** `params` of a route with a book id in its path. An invalid id shows the not-found page. */
export const bookIdParam = {
  parse: ({ bookId }: { bookId: string }) => {
    if (!/^[1-9]\d{0,15}$/.test(bookId) || !Number.isSafeInteger(Number(bookId))) throw notFound()
    return { bookId: Number(bookId) }
  },
  stringify: ({ bookId }: { bookId: number }) => ({ bookId: String(bookId) }),
}
