import type { QueryClient } from '@tanstack/react-query'
import type { Prebook, RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'

type Page = RouterOutputs['prebooks']['list']
type Waitlist = RouterOutputs['books']['waitlist']

/** The id of a prebook that is shown before the shop has given it one. */
export const NOT_YET = 0

/** How often the length of a queue is asked for again while somebody looks at it, in milliseconds. */
const QUEUE_MS = 60_000

/** How many wait for a book, and the place of whoever asks. */
export function waitlistQuery(bookId: number) {
  return { ...queries.books.waitlist.queryOptions({ bookId }), refetchInterval: QUEUE_MS }
}

/** One's own prebook with its place in the queue. */
export function prebookQuery(prebookId: number) {
  return queries.prebooks.get.queryOptions({ prebookId })
}

const listKey = queries.prebooks.list.pathKey()

/** Shows a prebook as it is now, wherever it is on the screen. */
export function showPrebook(queryClient: QueryClient, prebook: Prebook): void {
  queryClient.setQueriesData<Page>({ queryKey: listKey }, (page) =>
    page?.items.some(({ id }) => id === prebook.id) === true
      ? { ...page, items: page.items.map((item) => (item.id === prebook.id ? prebook : item)) }
      : page,
  )
  const waits = prebook.status === 'waiting'
  queryClient.setQueryData(
    prebookQuery(prebook.id).queryKey,
    (shown) => shown && { ...prebook, queuePosition: waits ? shown.queuePosition : null },
  )
  queryClient.setQueryData(waitlistQuery(prebook.bookId).queryKey, (shown) =>
    shown === undefined ? shown : withPrebook(shown, prebook),
  )
}

function withPrebook(shown: Waitlist, prebook: Prebook): Waitlist {
  // One that has no id yet is not the one that was cancelled: somebody who changed their mind twice has both under way.
  const isMine = ({ id }: Prebook) => id === prebook.id || (id === NOT_YET && prebook.status !== 'cancelled')
  const mine = shown.mine !== null && isMine(shown.mine) ? shown.mine : null
  if (prebook.status === 'waiting') {
    return { ...shown, mine: { ...prebook, queuePosition: mine?.queuePosition ?? null } }
  }
  if (prebook.status === 'notified' && mine !== null)
    return { ...shown, inStock: true, waiting: 0, mine: null }
  return mine === null ? shown : { ...shown, waiting: oneLess(shown.waiting), mine: null }
}

function oneLess(count: Waitlist['waiting']): Waitlist['waiting'] {
  return typeof count === 'number' ? Math.max(count - 1, 0) : count
}

/** The prebook as the screen has it, in a list or on the book's page; undefined when it does not. */
export function shownPrebook(queryClient: QueryClient, prebookId: number): Prebook | undefined {
  const waitlists = queryClient.getQueriesData<Waitlist>({ queryKey: queries.books.waitlist.pathKey() })
  const shown = [
    ...listPages(queryClient).flatMap((page) => page.items),
    ...waitlists.map(([, waitlist]) => waitlist?.mine),
  ]
  return shown.find((prebook) => prebook?.id === prebookId) ?? undefined
}

/** Whether something on the screen should have a prebook that waits, and does not: it was made in another place. */
export function isMissing(queryClient: QueryClient, { id, bookId, status }: Prebook): boolean {
  if (status !== 'waiting') return false
  const waitlist = queryClient.getQueryData(waitlistQuery(bookId).queryKey)
  if (waitlist !== undefined && waitlist.mine?.id !== id) return true
  return listPages(queryClient).some((page) => (page.items[0]?.id ?? 0) < id)
}

function listPages(queryClient: QueryClient): Page[] {
  return queryClient.getQueriesData<Page>({ queryKey: listKey }).flatMap(([, page]) => page ?? [])
}

/**
 * Asks anew for all that follows from a change of one's prebooks: lists, places, the books and their queues. Not while a
 * change is under way: the answer could overtake it and take back what is shown already. Whichever settles last asks.
 *
 * @param options.settling that the change which asks for this is still counted as under way
 */
export async function refreshAround(
  queryClient: QueryClient,
  { settling = false }: { settling?: boolean } = {},
): Promise<void> {
  const changes = [queries.prebooks.create.pathKey(), queries.prebooks.cancel.pathKey()]
  const underWay = changes.reduce((sum, mutationKey) => sum + queryClient.isMutating({ mutationKey }), 0)
  if (underWay > (settling ? 1 : 0)) return
  const changed = [
    listKey,
    queries.prebooks.get.pathKey(),
    queries.books.list.pathKey(),
    queries.books.get.pathKey(),
    queries.books.waitlist.pathKey(),
  ]
  await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
