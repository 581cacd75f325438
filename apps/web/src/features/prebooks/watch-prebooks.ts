import type { QueryClient } from '@tanstack/react-query'
import type { Prebook } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { isMissing, refreshAround, shownPrebook, showPrebook } from './prebook-cache.ts'

/** How long changes are gathered before what follows from them is asked for, in milliseconds: many may come at once. */
const GATHER_MS = 40

/**
 * Makes a listener to the states of one's prebooks: each is shown at once, and that a book is back is said in a notice,
 * once. What was so before one came is no news: the first that is heard of a prebook is compared with what the screen says.
 */
export function watchPrebooks(queryClient: QueryClient): (prebook: Prebook) => void {
  const heard = new Map<number, Prebook['status']>()
  let gathering = false
  const refresh = () => {
    if (gathering) return
    gathering = true
    setTimeout(() => {
      gathering = false
      void refreshAround(queryClient)
    }, GATHER_MS)
  }
  return (prebook) => {
    const before = heard.get(prebook.id) ?? shownPrebook(queryClient, prebook.id)?.status
    heard.set(prebook.id, prebook.status)
    if (before === prebook.status) return
    if (before !== undefined || isMissing(queryClient, prebook)) refresh()
    showPrebook(queryClient, prebook)
    if (before === 'waiting' && prebook.status === 'notified') {
      notify({
        tone: 'good',
        stays: true,
        title: `${prebook.bookTitle} is back in stock`,
        body: 'You pre-booked it, so you are among the first to know.',
        link: { to: `/books/${prebook.bookId}`, label: 'See the book' },
      })
    }
  }
}
