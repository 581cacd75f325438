import type { QueryClient } from '@tanstack/react-query'
import type { Prebook, RouterOutputs } from '@prebook/client'
import { queries } from '../../lib/client.ts'

type Page = RouterOutputs['prebooks']['list']
type Waitlist = RouterOutputs['books']['waitlist']

/** The id of an optimistic prebook, until the server returns the real one. */
export const PENDING_ID = 0

/** Poll interval of the queue length on a book's page, in milliseconds. */
const REFETCH_MS = 60_000

/** The number of readers waiting for a book, and the user's own place. */
export function waitlistQuery(bookId: number) {
  return { ...queries.books.waitlist.queryOptions({ bookId }), refetchInterval: REFETCH_MS }
}

/** One of the user's prebooks with its place in the queue. */
export function prebookQuery(prebookId: number) {
  return queries.prebooks.get.queryOptions({ prebookId })
}

const listKey = queries.prebooks.list.pathKey()

/** Writes the current state of a prebook to every cached query that contains it. */
export function showPrebook(queryClient: QueryClient, prebook: Prebook): void {
  queryClient.setQueriesData<Page>({ queryKey: listKey }, (page) =>
    page?.items.some(({ id }) => id === prebook.id) === true
      ? { ...page, items: page.items.map((item) => (item.id === prebook.id ? prebook : item)) }
      : page,
  )
  const isWaiting = prebook.status === 'waiting'
  queryClient.setQueryData(
    prebookQuery(prebook.id).queryKey,
    (shown) => shown && { ...prebook, queuePosition: isWaiting ? shown.queuePosition : null },
  )
  queryClient.setQueryData(waitlistQuery(prebook.bookId).queryKey, (shown) =>
    shown === undefined ? shown : withPrebook(shown, prebook),
  )
}

/** Marks the book of a pre-booking that the shop has just cancelled as withdrawn, until it is fetched again. */
export function showWithdrawal(
  queryClient: QueryClient,
  { bookId, cancelledAt, successorId }: Prebook,
): void {
  queryClient.setQueryData(
    queries.books.get.queryOptions({ bookId }).queryKey,
    (shown) => shown && { ...shown, withdrawnAt: cancelledAt, successorId },
  )
}

function withPrebook(shown: Waitlist, prebook: Prebook): Waitlist {
  // An optimistic prebook is never the cancelled one: after cancelling and pre-booking again, both can be in flight.
  const isMine = ({ id }: Prebook) =>
    id === prebook.id || (id === PENDING_ID && prebook.status !== 'cancelled')
  const mine = shown.mine !== null && isMine(shown.mine) ? shown.mine : null
  if (prebook.status === 'waiting') {
    return { ...shown, mine: { ...prebook, queuePosition: mine?.queuePosition ?? null } }
  }
  if (prebook.status === 'notified' && mine !== null)
    return { ...shown, inStock: true, waiting: 0, mine: null }
  return mine === null ? shown : { ...shown, waiting: decrement(shown.waiting), mine: null }
}

function decrement(count: Waitlist['waiting']): Waitlist['waiting'] {
  return typeof count === 'number' ? Math.max(count - 1, 0) : count
}

/** The cached prebook, from a list or a book's page; undefined when there is none. */
export function shownPrebook(queryClient: QueryClient, prebookId: number): Prebook | undefined {
  const waitlists = queryClient.getQueriesData<Waitlist>({ queryKey: queries.books.waitlist.pathKey() })
  const shown = [
    ...listPages(queryClient).flatMap((page) => page.items),
    ...waitlists.map(([, waitlist]) => waitlist?.mine),
  ]
  return shown.find((prebook) => prebook?.id === prebookId) ?? undefined
}

/** Whether a cached query lacks a waiting prebook that it should contain, because it was made elsewhere. */
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
 * Refetches what depends on the user's prebooks: lists, places, books and queues. Does nothing while a mutation is in
 * flight, because an older response could revert an optimistic update; the mutation that settles last refetches.
 *
 * @param options.settling whether the caller is a mutation that still counts as in flight
 */
export async function refreshPrebooks(
  queryClient: QueryClient,
  { settling = false }: { settling?: boolean } = {},
): Promise<void> {
  const changes = [queries.prebooks.create.pathKey(), queries.prebooks.cancel.pathKey()]
  const running = changes.reduce((sum, mutationKey) => sum + queryClient.isMutating({ mutationKey }), 0)
  if (running > (settling ? 1 : 0)) return
  const changed = [
    listKey,
    queries.prebooks.get.pathKey(),
    queries.books.list.pathKey(),
    queries.books.get.pathKey(),
    queries.books.waitlist.pathKey(),
  ]
  await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
