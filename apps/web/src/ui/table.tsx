import type { ReactNode } from 'react'
import './table.css'

export type Column<Row> = {
  /** Column heading; on small screens it precedes each value. */
  title: string
  cell: (row: Row) => ReactNode
  /** Aligns numbers to the right, so that their digits line up. */
  figures?: boolean | undefined
}

/** A table that becomes a list of cards on small screens. Screen readers still get a table. */
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
    // Browsers drop the implicit roles when CSS changes `display`, so they are explicit.
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
