import type { QueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { isMissing, refreshPrebooks, shownPrebook, showPrebook } from './prebook-cache.ts'

/** Changes within this time cause one refetch, in milliseconds: many may arrive at once. */
const BATCH_MS = 40

/**
 * Returns a handler for the states of the user's prebooks. It shows each one at once, with a single notice when a book is
 * back in stock. The first state of a prebook is compared with the cache, so that an old change shows no notice.
 */
export function watchPrebooks(queryClient: QueryClient): (prebook: Prebook) => void {
  const lastStatuses = new Map<number, Prebook['status']>()
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
    const before = lastStatuses.get(prebook.id) ?? shownPrebook(queryClient, prebook.id)?.status
    lastStatuses.set(prebook.id, prebook.status)
    if (before === prebook.status) return
    if (before !== undefined || isMissing(queryClient, prebook)) refresh()
    showPrebook(queryClient, prebook)
    if (before === 'waiting' && prebook.status === 'notified') {
      notify({
        tone: 'good',
        persistent: true,
        title: `${prebook.bookTitle} is back in stock`,
        body: 'You can buy it in the shop now: first come, first served.',
        link: { to: `/books/${prebook.bookId}`, label: 'View book' },
      })
    }
  }
}
