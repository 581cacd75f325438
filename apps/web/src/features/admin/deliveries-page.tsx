import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import type { Delivery } from '@prebook/client'
import { mails } from './counted.ts'
import { PagedTable } from './paged-table.tsx'
import { RedriveAll } from './redrive-all.tsx'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { deliveriesQuery, isState, stateWords } from './deliveries-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/deliveries')

/** How often the server is asked anew, in milliseconds: soon while something on the page is on its way. */
const ANEW_MS = { soon: 2_000, usually: 5_000 }

/** The e-mails about books that are back: what became of them, and another try for those that did not go out. */
export function DeliveriesPage() {
  const search = route.useSearch()
  const queryClient = useQueryClient()
  const page = useQuery({
    ...deliveriesQuery(search),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ state }) => state === 'pending' || state === 'sending') === true
        ? ANEW_MS.soon
        : ANEW_MS.usually,
  })
  const redrive = useMutation({
    ...queries.deliveries.redrive.mutationOptions(),
    onSuccess: ({ redriven }) => notify({ tone: 'good', title: `${mails(redriven)} in line again.` }),
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.deliveries.list.pathKey() }),
  })
  const again = ({ id }: Delivery) => {
    if (!redrive.isPending) redrive.mutate({ deliveryId: id })
  }
  const { state } = search
  return (
    <>
      <PageHead>
        <PageTitle title="Deliveries" />
      </PageHead>
      <div className="admin-tools">
        <StateFilter />
        {(state === 'failed' || state === 'held') && <RedriveAll state={state} />}
      </div>
      <PagedTable
        page={page}
        what="deliveries"
        columns={columnsWith(again)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        more="Older ones"
        empty={
          state === undefined ? (
            <EmptyState title="No e-mail has been written yet">
              <p>When a book is back, everybody who waited for it gets one.</p>
            </EmptyState>
          ) : (
            <EmptyState title="No e-mail is like that">
              <Link to="/admin/deliveries" search={{}} className={buttonClass({})}>
                Show all deliveries
              </Link>
            </EmptyState>
          )
        }
      />
    </>
  )
}

function StateFilter() {
  const { state } = route.useSearch()
  const navigate = useNavigate()
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        Which e-mails
      </label>
      <select
        id={id}
        className="field-input"
        value={state ?? ''}
        onChange={({ target: { value } }) => {
          void navigate({ to: '/admin/deliveries', search: isState(value) ? { state: value } : {} })
        }}
      >
        <option value="">All</option>
        {Object.entries(stateWords).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

const tones = {
  pending: 'waiting',
  sending: 'waiting',
  sent: 'good',
  skipped: 'plain',
  failed: 'bad',
  held: 'bad',
} as const satisfies Record<Delivery['state'], string>

const skipWords = {
  cancelled: 'The pre-booking was cancelled.',
  deactivated: 'The account is deactivated.',
  'opted-out': 'No e-mails are wanted.',
} as const satisfies Record<NonNullable<Delivery['skipReason']>, string>

function columnsWith(again: (delivery: Delivery) => void): Column<Delivery>[] {
  return [
    { title: 'To', cell: ({ email }) => <span className="admin-address">{email}</span> },
    {
      title: 'Book',
      cell: ({ bookId, bookTitle }) => (
        <Link to="/admin/books/$bookId" params={{ bookId }} className="admin-address">
          {bookTitle}
        </Link>
      ),
    },
    {
      title: 'State',
      cell: (delivery) => (
        <div>
          <Badge tone={tones[delivery.state]}>{stateWords[delivery.state]}</Badge>
          <span className="admin-aside">{why(delivery)}</span>
        </div>
      ),
    },
    { title: 'Tries', figures: true, cell: ({ attempts }) => attempts },
    { title: 'In line since', cell: ({ queuedAt }) => <TimeAgo time={queuedAt} /> },
    { title: 'Sent', cell: ({ sentAt }) => (sentAt === null ? '–' : <TimeAgo time={sentAt} />) },
    {
      title: 'What to do',
      cell: (delivery) =>
        delivery.state === 'failed' || delivery.state === 'held' ? (
          <Button
            aria-label={`Try again: ${delivery.bookTitle} to ${delivery.email}`}
            onClick={() => again(delivery)}
          >
            Try again
          </Button>
        ) : (
          '–'
        ),
    },
  ]
}

function why({ state, skipReason, lastError }: Delivery): string {
  if (skipReason !== null) return skipWords[skipReason]
  if (state === 'held') return 'No mail server was named.'
  return state === 'sent' ? '' : (lastError ?? '')
}
