import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions } from '@tanstack/react-router'
import type { ApiToken } from '@prebook/client'
import { CreateTokenButton } from './create-token-button.tsx'
import { PagedTable } from './paged-table.tsx'
import { useTokenRevocation } from './use-token-revocation.tsx'
import { useTokenRotation } from './use-token-rotation.tsx'
import { atTime, onDay } from '../../lib/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { tokensQuery, type TokensSearch } from './tokens-route.ts'
import './admin-pages.css'
import './tokens-page.css'

const route = getRouteApi('/admin/tokens')

/** The tokens of other systems, which can be created, rotated and revoked. */
export function TokensPage() {
  const search = route.useSearch()
  const page = useQuery({ ...tokensQuery(search), placeholderData: keepPreviousData })
  const { askToRotate, dialog: rotation } = useTokenRotation()
  const { askToRevoke, dialog: revocation } = useTokenRevocation()
  const showAll = (
    <Link to="/admin/tokens" search={{}} className={buttonClass({})}>
      Show all tokens
    </Link>
  )
  return (
    <>
      <PageHead>
        <PageTitle title="Tokens" />
        <CreateTokenButton />
      </PageHead>
      <p className="admin-lead">
        Other systems of the shop, such as a till or an inventory, use a token instead of an account.
      </p>
      <div className="admin-tools">
        <StatusFilter />
        {search.createdBy !== undefined && showAll}
      </div>
      <PagedTable
        page={page}
        what="tokens"
        columns={columnsWith(askToRotate, askToRevoke)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        nextLabel="Older tokens"
        empty={
          search.isActive === undefined && search.createdBy === undefined ? (
            <EmptyState title="No tokens yet">
              <p>Create one for each system, with only the scopes that it needs.</p>
            </EmptyState>
          ) : (
            <EmptyState title="No matching tokens">{search.createdBy === undefined && showAll}</EmptyState>
          )
        }
      />
      {rotation}
      {revocation}
    </>
  )
}

const filters: { label: string; search: TokensSearch }[] = [
  { label: 'All', search: {} },
  { label: 'Active', search: { isActive: true } },
  { label: 'Ended', search: { isActive: false } },
]

function StatusFilter() {
  const { createdBy, isActive } = route.useSearch()
  return (
    <FilterBar
      label="Filter by status"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({
          to: '/admin/tokens',
          search: { ...(createdBy === undefined ? {} : { createdBy }), ...search },
        }),
        current: isActive === search.isActive,
      }))}
    />
  )
}

function columnsWith(
  askToRotate: (token: ApiToken) => void,
  askToRevoke: (token: ApiToken) => void,
): Column<ApiToken>[] {
  return [
    {
      title: 'Name',
      cell: ({ name, createdAt, createdBy, createdByEmail }) => (
        <div>
          <strong className="admin-address">{name}</strong>
          <span className="admin-aside">
            Created by {createdByEmail ?? `deleted account #${createdBy}`} on {onDay(createdAt)}
          </span>
        </div>
      ),
    },
    {
      title: 'Scopes',
      cell: ({ scopes }) =>
        scopes.length === 0 ? (
          'None'
        ) : (
          <ul className="token-scopes">
            {scopes.map((scope) => (
              <li key={scope}>{scope}</li>
            ))}
          </ul>
        ),
    },
    {
      title: 'Last used',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <TimeAgo time={lastUsedAt} />),
    },
    {
      title: 'Status',
      cell: (token) => (
        <div>
          {badges[token.status]}
          <span className="admin-aside">{endOf(token)}</span>
        </div>
      ),
    },
    {
      title: 'Action',
      cell: (token) =>
        token.status === 'active' ? (
          <div className="admin-actions">
            <Button aria-label={`Rotate ${token.name}`} onClick={() => askToRotate(token)}>
              Rotate
            </Button>
            <Button tone="danger" aria-label={`Revoke ${token.name}`} onClick={() => askToRevoke(token)}>
              Revoke
            </Button>
          </div>
        ) : (
          '–'
        ),
    },
  ]
}

const badges = {
  active: <Badge tone="good">Active</Badge>,
  expired: <Badge tone="plain">Expired</Badge>,
  revoked: <Badge tone="bad">Revoked</Badge>,
} as const satisfies Record<ApiToken['status'], unknown>

function endOf({ status, expiresAt, revokedAt, overlapEndsAt }: ApiToken): string {
  if (status === 'revoked') return revokedAt === null ? '' : `On ${onDay(revokedAt)}`
  if (status === 'expired') return expiresAt === null ? '' : `On ${onDay(expiresAt)}`
  return [
    expiresAt === null ? '' : `Expires on ${onDay(expiresAt)}.`,
    overlapEndsAt === null ? '' : `The text before works until ${atTime(overlapEndsAt)}.`,
  ].join(' ')
}
