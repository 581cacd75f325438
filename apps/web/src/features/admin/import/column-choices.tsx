import type { BookColumn } from '@prebook/book-files'
import { useId } from 'react'
import { Table, type Column } from '../../../ui/table.tsx'
import { bookFields, type ColumnChoice, type ReadyFile } from './open-import.ts'

/** The column that is used for each field. Another one can be chosen. */
export function ColumnChoices({
  headers,
  columns,
  busy,
  onChoose,
}: {
  headers: readonly string[]
  columns: ReadonlyMap<BookColumn, string>
  busy: boolean
  onChoose: (choice: ColumnChoice) => void
}) {
  const id = useId()
  return (
    <fieldset className="import-columns" disabled={busy}>
      <legend>Columns</legend>
      {bookFields.map(({ name, meaning }) => (
        <div key={name} className="field">
          <label htmlFor={`${id}-${name}`} className="field-label">
            {fieldLabels[name]}
          </label>
          <select
            id={`${id}-${name}`}
            className="field-input"
            aria-describedby={meaning === name ? undefined : `${id}-${name}-hint`}
            value={columns.get(name) ?? ''}
            onChange={({ target }) => onChoose({ [name]: target.value === '' ? null : target.value })}
          >
            <option value="">Not used</option>
            {headers.map((header, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- headers can repeat
              <option key={index} value={header}>
                {header}
              </option>
            ))}
          </select>
          {meaning !== name && (
            <p id={`${id}-${name}-hint`} className="field-hint">
              {meaning}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  )
}

/** The first rows, as they are read. */
export function SampleRows({ columns, sample }: Pick<ReadyFile, 'columns' | 'sample'>) {
  const shown = bookFields.filter(({ name }) => columns.has(name))
  return (
    <Table
      caption="First rows"
      columns={[lineColumn, ...shown.map(({ name }) => valueColumn(name))]}
      rows={sample}
      keyOf={({ line }) => line}
    />
  )
}

type SampleRow = ReadyFile['sample'][number]

const lineColumn: Column<SampleRow> = { title: 'Line', figures: true, cell: ({ line }) => line }

/** Longer values are cut, in characters. */
const MAX_SHOWN = 80

function valueColumn(name: BookColumn): Column<SampleRow> {
  return {
    title: fieldLabels[name],
    cell: ({ values }) => {
      const value = values[name]
      return (
        <span className="admin-address">
          {value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value}
        </span>
      )
    },
  }
}

/** What the page calls the fields. */
const fieldLabels: Record<BookColumn, string> = {
  title: 'Title',
  author: 'Author',
  isbn: 'ISBN',
  isbn13: 'ISBN-13',
  price: 'Price',
  description: 'Description',
  stock: 'Copies',
  expected: 'Expected',
  availability: 'Availability',
  successor: 'Successor',
  handle: 'Product group',
}
