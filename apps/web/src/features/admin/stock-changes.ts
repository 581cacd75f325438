import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RouterOutputs } from '@prebook/client'
import { openSubscription } from '../../app/live/open-subscription.ts'
import { shareStream } from '../../app/live/shared-stream.ts'
import { isStaff } from '../account/roles.ts'
import { useMe } from '../account/session.ts'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { readers } from './counts.ts'

type Movement = RouterOutputs['stock']['history']['items'][number] & { bookTitle: string }

/** Changes within this time cause one refetch, in milliseconds: many may arrive at once. */
const BATCH_MS = 100

/**
 * Keeps the stock on admin pages up to date, and shows a notice when another account changes it. All tabs share one stream,
 * which is open while an admin page is open.
 */
export function useStockChanges(): void {
  const queryClient = useQueryClient()
  const me = useMe()
  const userId = isStaff(me) ? me?.id : undefined
  useEffect(() => {
    if (userId === undefined) return undefined
    const refresh = batchedRefresh(queryClient)
    // Items that another tab forwards before the first state are not new, so they show no notice.
    let started = false
    let lost = false
    return shareStream<Movement>({
      name: `stock for ${userId}`,
      keyOf: ({ bookId }) => bookId,
      open: openSubscription((handlers) => client.stock.changes.subscribe(undefined, handlers)),
      onItem: (movement) => {
        refresh()
        if (started && movement.actorId !== userId) notifyOf(movement)
      },
      onState: (state) => {
        started = true
        if (state === 'live' && lost) refresh()
        lost = state === 'lost'
      },
      // The stream of prebooks, open on every page, handles the end of the session.
      onEnd: () => {},
    })
  }, [userId, queryClient])
}

/** Refetches everything that a change of stock, of an expected date or a withdrawal can affect. */
export function refreshStock(queryClient: QueryClient): Promise<unknown> {
  const { books, demand, stock, deliveries } = queries
  return Promise.all(
    [
      books.get,
      books.list,
      books.waitlist,
      books.overdue,
      books.previewWithdrawal,
      demand.top,
      demand.orderList,
      demand.waitlist,
      stock.history,
      stock.preview,
      deliveries.list,
    ].map((procedure) => queryClient.invalidateQueries({ queryKey: procedure.pathKey() })),
  )
}

function batchedRefresh(queryClient: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void refreshStock(queryClient)
    }, BATCH_MS)
  }
}

function notifyOf({
  bookId,
  bookTitle,
  actorId,
  actorEmail,
  tokenName,
  delta,
  quantityAfter,
  broadcast,
}: Movement): void {
  const notified = broadcast === null ? '' : ` ${readers(broadcast.notified)} notified.`
  notify({
    tone: 'plain',
    title: `${bookTitle}: ${quantityAfter - delta} → ${quantityAfter}`,
    body: `Changed by ${tokenName ?? actorEmail ?? `account #${actorId}`}.${notified}`,
    link: { to: `/admin/books/${bookId}`, label: 'View stock' },
  })
}
