import type { ComponentProps } from 'react'
import { Paged } from '../../ui/paged.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import './paged-table.css'

/** A {@link Paged} list shown as a table. */
export function PagedTable<Row>({
  columns,
  keyOf,
  ...list
}: Omit<ComponentProps<typeof Paged<Row>>, 'skeleton' | 'children'> & {
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => number
}) {
  return (
    <Paged {...list} skeleton={<Skeleton className="paged-table-skeleton" />}>
      {(rows) => (
        <div className="paged-table">
          <Table caption={list.what} columns={columns} rows={rows} keyOf={keyOf} />
        </div>
      )}
    </Paged>
  )
}
