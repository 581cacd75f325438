import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import type { AuditEntry } from '@prebook/client'
import { formatExpectedDate } from '@prebook/client/expected-date'
import { copies, mails } from './counts.ts'
import { PagedTable } from './paged-table.tsx'
import { price } from '../../lib/money.ts'
import { shopQuery } from '../../lib/shop.ts'
import { buttonClass } from '../../ui/button.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { actionLabels, auditQuery, isAction } from './audit-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/audit')

/** What staff and admins changed, newest first. */
export function AuditPage() {
  const search = route.useSearch()
  const shop = useQuery(shopQuery())
  const page = useQuery({ ...auditQuery(search), placeholderData: keepPreviousData })
  const { action, actorId, tokenId, subject } = search
  const filtered = [action, actorId, tokenId, subject].some((value) => value !== undefined)
  const showAll = (
    <Link to="/admin/audit" search={{}} className={buttonClass({})}>
      Show all changes
    </Link>
  )
  return (
    <>
      <PageHead>
        <PageTitle title="Changes" />
      </PageHead>
      <div className="admin-tools">
        <ActionFilter />
        {filtered && showAll}
      </div>
      <PagedTable
        page={page}
        what="changes"
        columns={columnsIn(shop.data?.currency)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        nextLabel="Older changes"
        empty={
          filtered ? (
            <EmptyState title="No matching changes" />
          ) : (
            <EmptyState title="No changes yet">
              <p>
                Every change that staff, admins and tokens make to books, stock, deliveries or accounts
                appears here.
              </p>
            </EmptyState>
          )
        }
      />
    </>
  )
}

function ActionFilter() {
  const { action, actorId, tokenId, subject } = route.useSearch()
  const navigate = useNavigate()
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        Change
      </label>
      <select
        id={id}
        className="field-input"
        value={action ?? ''}
        onChange={({ target: { value } }) => {
          void navigate({
            to: '/admin/audit',
            search: {
              ...(isAction(value) ? { action: value } : {}),
              ...(actorId === undefined ? {} : { actorId }),
              ...(tokenId === undefined ? {} : { tokenId }),
              ...(subject === undefined ? {} : { subject }),
            },
          })
        }}
      >
        <option value="">All</option>
        {Object.entries(actionLabels).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** @param currency of prices; undefined while it is not known */
const columnsIn = (currency: string | undefined): Column<AuditEntry>[] => [
  { title: 'When', cell: ({ at }) => <TimeAgo time={at} /> },
  {
    title: 'By',
    cell: ({ actorId, actorEmail, tokenId, tokenName }) => (
      <Link
        to="/admin/audit"
        search={{ ...(actorId !== null && { actorId }), ...(tokenId !== null && { tokenId }) }}
        className="admin-address"
      >
        {tokenName ?? actorEmail ?? `Deleted account #${actorId}`}
      </Link>
    ),
  },
  {
    title: 'Change',
    cell: (entry) => (
      <div>
        {actionLabels[entry.action]}
        <span className="admin-aside">{detail(entry, currency)}</span>
      </div>
    ),
  },
  {
    title: 'Of',
    cell: (entry) => (
      <Link to="/admin/audit" search={{ subject: entry.subject }} className="admin-address">
        {subjectText(entry)}
      </Link>
    ),
  },
]

const kinds: Record<string, string> = { book: 'Book', user: 'Account', delivery: 'E-mail', token: 'Token' }

function subjectText({ subject, subjectEmail, subjectTokenName }: AuditEntry): string {
  const [kind = '', id] = subject.split(':')
  if (id === undefined) return kind === 'books' ? 'Several books' : 'Several e-mails'
  return subjectEmail ?? subjectTokenName ?? `${kinds[kind] ?? kind} ${id}`
}

function dateOf(expectedOn: unknown): string {
  return typeof expectedOn === 'string' ? formatExpectedDate(expectedOn) : 'none'
}

function detail({ action, details }: AuditEntry, currency: string | undefined): string {
  const number = (name: string) => Number(details[name])
  const list = (name: string) => [details[name] ?? []].flat()
  switch (action) {
    case 'books.create':
      return `${copies(number('stockQuantity'))} in stock`
    case 'books.update': {
      const change = () =>
        ['oldPriceCents', 'newPriceCents']
          .map((name) => (currency === undefined ? '…' : price({ priceCents: number(name), currency })))
          .join(' → ')
      return list('fields')
        .map((field) => (field === 'price' ? `price ${change()}` : field))
        .join(', ')
    }
    case 'books.import':
      return `${list('createdIds').length} added, ${list('updatedIds').length} updated`
    case 'books.withdraw': {
      const successor = details['successorId']
      return [
        ...(details['cancelled'] === undefined
          ? []
          : [
              `${number('cancelled')} ${number('cancelled') === 1 ? 'pre-booking' : 'pre-bookings'} cancelled`,
            ]),
        ...(successor === undefined ? [] : [`replaced by book ${number('successorId')}`]),
      ].join(', ')
    }
    case 'books.expect':
      return [details['oldExpectedOn'], details['newExpectedOn']].map(dateOf).join(' → ')
    case 'stock.set':
    case 'stock.adjust': {
      const delta = number('delta')
      return `${delta > 0 ? `+${delta}` : `−${-delta}`}: ${copies(number('quantityAfter'))} in stock`
    }
    case 'deliveries.redrive':
      return mails(number('redriven'))
    case 'users.invite':
      return String(details['role'])
    case 'users.setRole':
      return `${String(details['oldRole'])} → ${String(details['newRole'])}`
    case 'tokens.create':
      return list('scopes').join(', ') || 'no scopes'
    case 'tokens.rotate': {
      const hours = number('overlapHours')
      return hours === 0 ? 'no overlap' : `${hours} ${hours === 1 ? 'hour' : 'hours'} of overlap`
    }
    case 'books.reinstate':
    case 'tokens.revoke':
    case 'deliveries.liftSuppression':
    case 'users.deactivate':
    case 'users.reactivate':
    case 'account.erase':
      return ''
  }
}
