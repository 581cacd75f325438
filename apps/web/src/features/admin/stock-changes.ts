import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RouterOutputs } from '@prebook/client'
import { openingWith } from '../../app/live/opening-with.ts'
import { shareStream } from '../../app/live/shared-stream.ts'
import { useMe } from '../account/session.ts'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { readers } from './counted.ts'

type Movement = RouterOutputs['stock']['history']['items'][number] & { bookTitle: string }

/** How long changes are gathered before what they concern is asked for, in milliseconds: many may come at once. */
const GATHER_MS = 100

/**
 * Keeps what admins see of the stock as it is in the shop, whoever changes it, and says what other admins do. For as long as
 * an admin's page is open there is one stream, which all tabs share.
 */
export function useStockChanges(): void {
  const queryClient = useQueryClient()
  const me = useMe()
  const userId = me?.role === 'admin' ? me.id : undefined
  useEffect(() => {
    if (userId === undefined) return undefined
    const refresh = gathered(queryClient)
    // What another tab knew before this one listened is no news.
    let listening = false
    let lost = false
    return shareStream<Movement>({
      name: `stock for ${userId}`,
      keyOf: ({ bookId }) => bookId,
      open: openingWith((handlers) => client.stock.changes.subscribe(undefined, handlers)),
      onItem: (movement) => {
        refresh()
        if (listening && movement.actorId !== userId) tell(movement)
      },
      onState: (state) => {
        listening = true
        if (state === 'live' && lost) refresh()
        lost = state === 'lost'
      },
      // The stream that every page has says so too, and is listened to.
      onEnd: () => {},
    })
  }, [userId, queryClient])
}

/** Everything that a change of stock may concern. */
export function refreshStock(queryClient: QueryClient): Promise<unknown> {
  const { books, demand, stock, deliveries } = queries
  return Promise.all(
    [
      books.get,
      books.list,
      books.waitlist,
      demand.top,
      demand.waitlist,
      stock.history,
      stock.preview,
      deliveries.list,
    ].map((procedure) => queryClient.invalidateQueries({ queryKey: procedure.pathKey() })),
  )
}

function gathered(queryClient: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void refreshStock(queryClient)
    }, GATHER_MS)
  }
}

function tell({ bookId, bookTitle, actorEmail, delta, quantityAfter, broadcast }: Movement): void {
  const told = broadcast === null ? '' : ` ${readers(broadcast.notified)} told.`
  notify({
    tone: 'plain',
    title: `${bookTitle}: ${quantityAfter - delta} → ${quantityAfter}`,
    body: `Changed by ${actorEmail}.${told}`,
    link: { to: `/admin/books/${bookId}`, label: 'See its stock' },
  })
}
