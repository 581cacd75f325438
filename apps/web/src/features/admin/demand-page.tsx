import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, linkOptions } from '@tanstack/react-router'
import type { Demand, RouterOutputs } from '@prebook/client'
import { bookColumn, dueColumn, waitingColumn } from './book-columns.tsx'
import { DemandChart } from './demand-chart.tsx'
import { JoinedChart, Sparkline } from './joined-chart.tsx'
import type { StockedBook } from './restock-dialog.tsx'
import { useRestock } from './use-restock.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { DownloadLink } from '../../ui/download-link.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { demandQuery, MAX_BOOKS, orders, TREND_DAYS } from './demand-route.ts'
import './admin-pages.css'

const route = getRouteApi('/admin/demand')

/** Poll interval in milliseconds. No stream covers demand, and counting is expensive. */
const REFETCH_MS = 60_000

/** The books that readers wait for, each with a button to restock it. */
export function DemandPage() {
  const search = route.useSearch()
  const demand = useQuery({
    ...demandQuery(search),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  })
  const { restock, dialog } = useRestock()
  return (
    <>
      <PageHead>
        <PageTitle title="Demand" />
        <OrderBar />
        <DownloadLink path="/demand.csv" search={{ days: TREND_DAYS }} />
      </PageHead>
      {demand.data === undefined ? (
        demand.isError ? (
          <ErrorState error={demand.error} onRetry={() => void demand.refetch()} />
        ) : (
          <Loading what="demand">
            <div className="admin-charts">
              <Skeleton className="admin-skeleton" />
              <Skeleton className="admin-skeleton" />
            </div>
          </Loading>
        )
      ) : demand.data.items.length === 0 ? (
        <EmptyState title="No waiting readers">
          <p>Sold-out books that readers pre-book are listed here.</p>
          <Link to="/admin/books" search={{ inStock: false }} className={buttonClass({})}>
            View sold-out books
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
              caption="Demand by book"
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
    items.length === 1 ? '1 book' : `${items.length === MAX_BOOKS ? 'more than ' : ''}${items.length} books`
  return `${totalWaiting.toLocaleString('en')} ${totalWaiting === 1 ? 'pre-booking is' : 'pre-bookings are'} waiting for ${books}.`
}

const orderLabels = {
  waiting: 'Most waiting',
  since: 'Longest wait',
  joinedLately: 'Rising',
} as const satisfies Record<(typeof orders)[number], string>

function OrderBar() {
  const { order = 'waiting' } = route.useSearch()
  return (
    <FilterBar
      label="Sort by"
      choices={orders.map((choice) => ({
        label: orderLabels[choice],
        link: linkOptions({ to: '/admin/demand', search: choice === 'waiting' ? {} : { order: choice } }),
        current: order === choice,
      }))}
    />
  )
}

function columnsWith(restock: (book: StockedBook) => void): Column<Demand>[] {
  return [
    bookColumn,
    waitingColumn,
    { title: 'Waiting since', cell: ({ since }) => <TimeAgo time={since} /> },
    dueColumn,
    {
      title: `Joined in the last ${TREND_DAYS} days`,
      cell: ({ joinedLately, joinedByDay }) => (
        <div className="admin-trend">
          <Sparkline byDay={joinedByDay} />
          {joinedLately.toLocaleString('en')}
        </div>
      ),
    },
    {
      title: 'Action',
      cell: ({ bookId, bookTitle }) => (
        <Button
          aria-label={`Restock ${bookTitle}`}
          // The service guarantees that a book with waiting readers has no stock.
          onClick={() => restock({ id: bookId, title: bookTitle, stockQuantity: 0 })}
        >
          Restock
        </Button>
      ),
    },
  ]
}
