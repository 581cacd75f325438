import type { QueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { isMissing, refreshPrebooks, shownPrebook, showPrebook, showWithdrawal } from './prebook-cache.ts'

/** Changes within this time cause one refetch, in milliseconds: many may arrive at once. */
const BATCH_MS = 40

/**
 * Returns a handler for the states of the user's prebooks. It shows each one at once, with a single notice when a book is
 * back in stock or withdrawn. The first state of a prebook is compared with the cache, so that an old change shows no notice.
 */
export function watchPrebooks(queryClient: QueryClient): (prebook: Prebook) => void {
  const lastStates = new Map<number, Prebook>()
  let scheduled = false
  const refresh = () => {
    if (scheduled) return
    scheduled = true
    setTimeout(() => {
      scheduled = false
      void refreshPrebooks(queryClient)
    }, BATCH_MS)
  }
  return (prebook) => {
    const before = lastStates.get(prebook.id) ?? shownPrebook(queryClient, prebook.id)
    lastStates.set(prebook.id, prebook)
    if (before?.status === prebook.status && before.bookExpectedOn === prebook.bookExpectedOn) return
    if (before !== undefined || isMissing(queryClient, prebook)) refresh()
    showPrebook(queryClient, prebook)
    if (before?.status !== 'waiting') return
    if (prebook.status === 'notified') notifyRestock(prebook)
    if (prebook.cancelledBy === 'shop') {
      showWithdrawal(queryClient, prebook)
      notifyWithdrawal(prebook)
    }
  }
}

function notifyRestock({ bookId, bookTitle }: Prebook): void {
  notify({
    tone: 'good',
    persistent: true,
    title: `${bookTitle} is back in stock`,
    body: 'You can buy it in the shop now: first come, first served.',
    link: { to: `/books/${bookId}`, label: 'View book' },
  })
}

function notifyWithdrawal({ bookTitle, successorId }: Prebook): void {
  notify({
    tone: 'plain',
    persistent: true,
    title: `${bookTitle} will not come back`,
    body:
      successorId === null
        ? 'The shop has cancelled your pre-booking.'
        : 'The shop has cancelled your pre-booking. It offers another book instead.',
    ...(successorId !== null && { link: { to: `/books/${successorId}`, label: 'View that book' } }),
  })
}
