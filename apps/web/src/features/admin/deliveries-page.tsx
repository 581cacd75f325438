import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import type { Delivery } from '@prebook/client'
import { mails } from './counts.ts'
import { PagedTable } from './paged-table.tsx'
import { RedriveAll } from './redrive-all.tsx'
import { notify, notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { DownloadLink } from '../../ui/download-link.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { deliveriesQuery, isState, stateLabels } from './deliveries-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/deliveries')

/** Poll interval in milliseconds: shorter while an e-mail on the page is pending or sending. */
const REFETCH_MS = { active: 2_000, idle: 5_000 }

/** The e-mails with their status. Failed and held ones can be sent again, and refused addresses can be allowed again. */
export function DeliveriesPage() {
  const search = route.useSearch()
  const queryClient = useQueryClient()
  const page = useQuery({
    ...deliveriesQuery(search),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ state }) => state === 'pending' || state === 'sending') === true
        ? REFETCH_MS.active
        : REFETCH_MS.idle,
  })
  const redrive = useMutation({
    ...queries.deliveries.redrive.mutationOptions(),
    onSuccess: ({ redriven }) => notify({ tone: 'good', title: `${mails(redriven)} queued for resending` }),
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.deliveries.list.pathKey() }),
  })
  const lift = useMutation({
    ...queries.deliveries.liftSuppression.mutationOptions(),
    onSuccess: () => notify({ tone: 'good', title: 'This address gets e-mail again' }),
    onError: notifyFailure,
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.deliveries.list.pathKey() }),
  })
  const actions: Actions = {
    sendAgain({ id }) {
      if (!redrive.isPending) redrive.mutate({ deliveryId: id })
    },
    allowAddress({ id }) {
      if (!lift.isPending) lift.mutate({ deliveryId: id })
    },
  }
  const { state } = search
  return (
    <>
      <PageHead>
        <PageTitle title="Deliveries" />
        <DownloadLink path="/deliveries.csv" search={{ state: search.state }} />
      </PageHead>
      <div className="admin-tools">
        <StateFilter />
        {(state === 'failed' || state === 'held') && <RedriveAll state={state} />}
      </div>
      <PagedTable
        page={page}
        what="deliveries"
        columns={columnsWith(actions)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        nextLabel="Older e-mails"
        empty={
          state === undefined ? (
            <EmptyState title="No e-mails yet">
              <p>E-mails about books and accounts appear here.</p>
            </EmptyState>
          ) : (
            <EmptyState title="No matching e-mails">
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
        Status
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
        {Object.entries(stateLabels).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
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

const skipTexts = {
  cancelled: 'The pre-booking was cancelled.',
  deactivated: 'The account is deactivated.',
  'opted-out': 'The reader turned off e-mails.',
  superseded: 'Its link was used, or something newer replaced it.',
  expired: 'Its link was no longer valid, or its date was past.',
  unverified: 'The address is not confirmed yet.',
  erased: 'The account was deleted.',
  'address-refused': 'The address refused earlier e-mails.',
} as const satisfies Record<NonNullable<Delivery['skipReason']>, string>

const subjects = {
  restock: 'Back in stock',
  withdrawal: 'Will not come back',
  'expected-date': 'Expected date',
  verify: 'Confirm address',
  reset: 'New password',
  invite: 'Invitation',
  'change-email': 'Confirm new address',
  'email-changed': 'Address changed',
  confirm: 'Confirm pre-booking',
  'set-password': 'Set password',
} as const satisfies Record<Delivery['kind'], string>

type Actions = Record<'sendAgain' | 'allowAddress', (delivery: Delivery) => void>

function columnsWith({ sendAgain, allowAddress }: Actions): Column<Delivery>[] {
  return [
    { title: 'To', cell: ({ email }) => <span className="admin-address">{email ?? '–'}</span> },
    {
      title: 'About',
      cell: ({ kind, bookId, bookTitle }) =>
        bookId === null ? (
          subjects[kind]
        ) : (
          <div>
            <Link to="/admin/books/$bookId" params={{ bookId }} className="admin-address">
              {bookTitle}
            </Link>
            <span className="admin-aside">{subjects[kind]}</span>
          </div>
        ),
    },
    {
      title: 'Status',
      cell: (delivery) => (
        <div>
          <Badge tone={tones[delivery.state]}>{stateLabels[delivery.state]}</Badge>
          <span className="admin-aside">{detail(delivery)}</span>
        </div>
      ),
    },
    { title: 'Attempts', figures: true, cell: ({ attempts }) => attempts },
    { title: 'Queued', cell: ({ queuedAt }) => <TimeAgo time={queuedAt} /> },
    { title: 'Sent', cell: ({ sentAt }) => (sentAt === null ? '–' : <TimeAgo time={sentAt} />) },
    {
      title: 'Action',
      cell(delivery) {
        const name = `${delivery.bookTitle ?? subjects[delivery.kind]} to ${delivery.email ?? 'no address'}`
        // Until the address is allowed again, resending would be in vain.
        if (delivery.addressSuppressed)
          return (
            <Button aria-label={`Allow address: ${name}`} onClick={() => allowAddress(delivery)}>
              Allow address
            </Button>
          )
        if (delivery.state !== 'failed' && delivery.state !== 'held') return '–'
        return (
          <Button aria-label={`Resend: ${name}`} onClick={() => sendAgain(delivery)}>
            Resend
          </Button>
        )
      },
    },
  ]
}

function detail({ state, skipReason, lastError }: Delivery): string {
  if (skipReason !== null) return skipTexts[skipReason]
  if (state === 'held') return 'No mail server was configured.'
  return state === 'sent' ? '' : (lastError ?? '')
}
