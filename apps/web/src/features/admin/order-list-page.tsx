import { limits } from '@prebook/client/limits'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RouterOutputs } from '@prebook/client'
import { Button, buttonClass } from '../../ui/button.tsx'
import { DownloadLink } from '../../ui/download-link.tsx'
import { Field } from '../../ui/field.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { bookColumn, dueColumn, waitingColumn } from './book-columns.tsx'
import { wholeNumberOf } from './book-rules.ts'
import { copies, readers } from './counts.ts'
import { orderListQuery } from './order-list-route.ts'
import { PagedTable } from './paged-table.tsx'
import './admin-pages.css'

const route = getRouteApi('/admin/order-list')

type OrderList = RouterOutputs['demand']['orderList']

/** How many copies to order of each book that readers wait for, with the rule that says so. */
export function OrderListPage() {
  const search = route.useSearch()
  const page = useQuery({ ...orderListQuery(search), placeholderData: keepPreviousData })
  const { readersPerCopy } = page.data ?? search
  return (
    <>
      <PageHead>
        <PageTitle title="Order list" />
        <DownloadLink path="/demand/order-list.csv" search={{ readers_per_copy: search.readersPerCopy }} />
      </PageHead>
      <div className="admin-tools">
        {readersPerCopy !== undefined && <RuleForm key={readersPerCopy} readersPerCopy={readersPerCopy} />}
      </div>
      {readersPerCopy !== undefined && (
        <p role="status" className="admin-lead">
          One copy for every {readers(readersPerCopy)} waiting, rounded up.
        </p>
      )}
      <PagedTable
        page={page}
        what="books to order"
        columns={columns}
        keyOf={({ bookId }) => bookId}
        cursor={search.cursor}
        nextLabel="More books"
        empty={
          <EmptyState title="No waiting readers">
            <p>Sold-out books that readers pre-book are listed here.</p>
            <Link to="/admin/books" search={{ inStock: false }} className={buttonClass({})}>
              View sold-out books
            </Link>
          </EmptyState>
        }
      />
    </>
  )
}

function RuleForm({ readersPerCopy }: { readersPerCopy: number }) {
  const navigate = useNavigate()
  const [error, setError] = useState<string>()
  const { min, max } = limits.readersPerCopy
  return (
    <form
      noValidate
      className="order-rule"
      onSubmit={(event) => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget).get('readersPerCopy')
        const chosen = wholeNumberOf(typeof typed === 'string' ? typed : '')
        if (chosen === null || chosen < min || chosen > max)
          setError(`Must be a whole number from ${min} to ${max.toLocaleString('en')}.`)
        else {
          setError(undefined)
          void navigate({ to: '/admin/order-list', search: { readersPerCopy: chosen } })
        }
      }}
    >
      <Field
        label="Readers per copy"
        name="readersPerCopy"
        inputMode="numeric"
        autoComplete="off"
        defaultValue={readersPerCopy}
        error={error}
      />
      <Button type="submit">Apply</Button>
    </form>
  )
}

const columns: Column<OrderList['items'][number]>[] = [
  bookColumn,
  { title: 'ISBN', cell: ({ isbn }) => isbn ?? '–' },
  waitingColumn,
  dueColumn,
  { title: 'To order', figures: true, cell: (line) => copies(line.copies) },
]
