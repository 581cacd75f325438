import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions, useNavigate } from '@tanstack/react-router'
import type { User } from '@prebook/client'
import { InviteButton } from './invite-button.tsx'
import { ListSearch } from './list-search.tsx'
import { PagedTable } from './paged-table.tsx'
import { roleLabels } from '../account/roles.ts'
import { useAccountRole } from './use-account-role.tsx'
import { useAccountStatus } from './use-account-status.tsx'
import { useRemainingTokens } from './use-remaining-tokens.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { readersQuery, type ReadersSearch } from './readers-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/readers')

/** All accounts with their role and status, both of which can be changed. */
export function ReadersPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const page = useQuery({ ...readersQuery(search), placeholderData: keepPreviousData })
  const { offerToRevoke, dialog: tokensDialog } = useRemainingTokens()
  const { askToChange, dialog } = useAccountStatus(offerToRevoke)
  const { askForRole, dialog: roleDialog } = useAccountRole(offerToRevoke)
  return (
    <>
      <PageHead>
        <PageTitle title="Readers" />
        <InviteButton />
      </PageHead>
      <div className="admin-tools">
        <ListSearch
          label="E-mail address"
          query={search.query}
          max={limits.email.max}
          onSearch={(query) => {
            const { isActive } = search
            void navigate({
              to: '/admin/readers',
              search: {
                ...(query === undefined ? {} : { query }),
                ...(isActive === undefined ? {} : { isActive }),
              },
            })
          }}
        />
        <StatusFilter />
      </div>
      <PagedTable
        page={page}
        what="readers"
        columns={columnsWith(askToChange, askForRole)}
        keyOf={({ id }) => id}
        cursor={search.cursor}
        nextLabel="Older accounts"
        empty={
          <EmptyState title="No matching readers">
            <Link to="/admin/readers" search={{}} className={buttonClass({})}>
              Show all readers
            </Link>
          </EmptyState>
        }
      />
      {dialog}
      {roleDialog}
      {tokensDialog}
    </>
  )
}

const filters: { label: string; search: ReadersSearch }[] = [
  { label: 'All', search: {} },
  { label: 'Active', search: { isActive: true } },
  { label: 'Deactivated', search: { isActive: false } },
]

function StatusFilter() {
  const { query, isActive } = route.useSearch()
  return (
    <FilterBar
      label="Filter by status"
      choices={filters.map(({ label, search }) => ({
        label,
        link: linkOptions({
          to: '/admin/readers',
          search: { ...(query === undefined ? {} : { query }), ...search },
        }),
        current: isActive === search.isActive,
      }))}
    />
  )
}

function columnsWith(askToChange: (user: User) => void, askForRole: (user: User) => void): Column<User>[] {
  return [
    { title: 'E-mail address', cell: ({ email }) => <span className="admin-address">{email}</span> },
    { title: 'Joined', cell: ({ createdAt }) => <TimeAgo time={createdAt} /> },
    { title: 'E-mails', cell: ({ mailOptOut }) => (mailOptOut ? 'Off' : 'On') },
    { title: 'Role', cell: ({ role }) => roleLabels[role] },
    {
      title: 'Status',
      cell: ({ isActive }) => (
        <div>{isActive ? <Badge tone="good">Active</Badge> : <Badge tone="bad">Deactivated</Badge>}</div>
      ),
    },
    {
      title: 'Action',
      cell: (user) => (
        <div className="admin-actions">
          <Button aria-label={`Change role of ${user.email}`} onClick={() => askForRole(user)}>
            Change role
          </Button>
          <Button
            tone={user.isActive ? 'danger' : 'plain'}
            aria-label={`${user.isActive ? 'Deactivate' : 'Reactivate'} ${user.email}`}
            onClick={() => askToChange(user)}
          >
            {user.isActive ? 'Deactivate' : 'Reactivate'}
          </Button>
        </div>
      ),
    },
  ]
}
