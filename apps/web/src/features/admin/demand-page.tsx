import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions } from '@tanstack/react-router'
import type { Demand, RouterOutputs } from '@prebook/client'
import { DemandChart } from './demand-chart.tsx'
import { JoinedChart, Sparkline } from './joined-chart.tsx'
import type { StockedBook } from './restock-dialog.tsx'
import { useRestock } from './use-restock.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { demandQuery, MOST, orders, TREND_DAYS } from './demand-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/demand')

/** How often the server is asked anew, in milliseconds: readers come and go, no stream tells admins, and to count is work. */
const ANEW_MS = 60_000

/** What readers wait for, and the way to restock it. */
export function DemandPage() {
  const search = route.useSearch()
  const demand = useQuery({
    ...demandQuery(search),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  })
  const { restock, dialog } = useRestock()
  return (
    <>
      <PageHead>
        <PageTitle title="Demand" />
        <OrderBar />
      </PageHead>
      {demand.data === undefined ? (
        demand.isError ? (
          <ErrorState error={demand.error} onRetry={() => void demand.refetch()} />
        ) : (
          <Loading what="the demand">
            <div className="admin-charts">
              <Skeleton className="admin-skeleton" />
              <Skeleton className="admin-skeleton" />
            </div>
          </Loading>
        )
      ) : demand.data.items.length === 0 ? (
        <EmptyState title="Nobody waits for anything">
          <p>When a book is sold out and readers pre-book it, it is listed here.</p>
          <Link to="/admin/books" search={{ inStock: false }} className={buttonClass({})}>
            See what is sold out
          </Link>
        </EmptyState>
      ) : (
        <>
          <p className="admin-lead">{summary(demand.data)}</p>
          <div className="admin-charts">
            <DemandChart items={demand.data.items} days={TREND_DAYS} />
            <JoinedChart byDay={demand.data.totalJoinedByDay} />
          </div>
          <div aria-busy={demand.isPlaceholderData}>
            <Table
              caption="What readers wait for"
              columns={columnsWith(restock)}
              rows={demand.data.items}
              keyOf={({ bookId }) => bookId}
            />
          </div>
        </>
      )}
      {dialog}
    </>
  )
}

function summary({ items, totalWaiting }: RouterOutputs['demand']['top']): string {
  const books =
    items.length === 1 ? 'one book' : `${items.length === MOST ? 'more than ' : ''}${items.length} books`
  return `${totalWaiting.toLocaleString('en')} ${totalWaiting === 1 ? 'pre-booking waits' : 'pre-bookings wait'} for ${books}.`
}

const orderWords = {
  waiting: 'Waiting',
  since: 'Longest',
  joinedLately: 'Rising',
} as const satisfies Record<(typeof orders)[number], string>

function OrderBar() {
  const { order = 'waiting' } = route.useSearch()
  return (
    <FilterBar
      label="What comes first"
      choices={orders.map((one) => ({
        label: orderWords[one],
        link: linkOptions({ to: '/admin/demand', search: one === 'waiting' ? {} : { order: one } }),
        current: order === one,
      }))}
    />
  )
}

function columnsWith(restock: (book: StockedBook) => void): Column<Demand>[] {
  return [
    {
      title: 'Book',
      cell: ({ bookId, bookTitle, bookAuthor }) => (
        <div>
          <Link to="/admin/books/$bookId" params={{ bookId }} className="admin-title">
            {bookTitle}
          </Link>
          <span className="admin-aside">{bookAuthor}</span>
        </div>
      ),
    },
    { title: 'Waiting', figures: true, cell: ({ waiting }) => waiting.toLocaleString('en') },
    { title: 'Since', cell: ({ since }) => <TimeAgo time={since} /> },
    {
      title: `Joined in ${TREND_DAYS} days`,
      cell: ({ joinedLately, joinedByDay }) => (
        <div className="admin-trend">
          <Sparkline byDay={joinedByDay} />
          {joinedLately.toLocaleString('en')}
        </div>
      ),
    },
    {
      title: 'What to do',
      cell: ({ bookId, bookTitle }) => (
        <Button
          aria-label={`Restock ${bookTitle}`}
          // Somebody waits for it, so there is none: the service promises that.
          onClick={() => restock({ id: bookId, title: bookTitle, stockQuantity: 0 })}
        >
          Restock
        </Button>
      ),
    },
  ]
}
