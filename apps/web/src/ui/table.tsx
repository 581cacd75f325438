import type { ReactNode } from 'react'
import './table.css'

export type Column<Row> = {
  /** The heading; on small screens it stands before each value. */
  title: string
  cell: (row: Row) => ReactNode
  /** Figures are set flush right, so that their digits line up. */
  figures?: boolean | undefined
}

/** A table that becomes a list of cards where there is no room for columns; screen readers keep hearing a table. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
}) {
  return (
    // The roles are the elements' own; browsers drop them when CSS changes the display.
    // oxlint-disable jsx-a11y/no-redundant-roles
    <table className="table" role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, figures }) => (
            <th key={title} scope="col" role="columnheader" data-figures={figures || undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ title, cell, figures }) => (
              <td key={title} role="cell" data-title={title} data-figures={figures || undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // oxlint-enable jsx-a11y/no-redundant-roles
  )
}
