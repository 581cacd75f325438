import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Badge } from '../../../ui/badge.tsx'
import { Button, buttonClass } from '../../../ui/button.tsx'
import { Table, type Column } from '../../../ui/table.tsx'
import { barcodeProblems } from '@prebook/book-files'
import { CopiesField } from './copies-field.tsx'
import type { ScannedLine } from './shipment.ts'
import type { Title, Titles } from './title-lookup.ts'

type Actions = {
  onCount: (line: ScannedLine, copies: number) => void
  onScan: (text: string) => void
}

/** The counted titles, the last beep first. */
export const KnownLines = memo(function KnownLines({
  lines,
  titles,
  ...actions
}: Actions & { lines: readonly ScannedLine[]; titles: Titles }) {
  const nameOf = ({ code }: ScannedLine) => {
    const title = titles.found.get(code)
    return title === undefined || title === 'unknown' ? code : title.title
  }
  const columns = [...bookColumns(titles), ...countColumns(nameOf, actions)]
  return <Table caption="Scanned titles" columns={columns} rows={lines} keyOf={({ code }) => code} />
})

function bookColumns({ found }: Titles): Column<ScannedLine>[] {
  return [
    { title: 'Book', cell: ({ code }) => <BookCell code={code} title={found.get(code)} /> },
    { title: 'ISBN', cell: ({ code }) => code },
  ]
}

function BookCell({ code, title }: { code: string; title: Title | undefined }) {
  if (title === undefined || title === 'unknown')
    return <span className="admin-aside">{code}, looking up…</span>
  return (
    <div>
      <Link to="/admin/books/$bookId" params={{ bookId: title.id }} className="admin-title">
        {title.title}
      </Link>
      <span className="admin-aside">{title.author}</span>
      {title.withdrawnAt !== null && <Badge tone="plain">Withdrawn</Badge>}
    </div>
  )
}

/** The codes that are no title of the shop. They are kept and never sent. */
export const UnknownLines = memo(function UnknownLines({
  lines,
  onLookUpAgain,
  ...actions
}: Actions & { lines: readonly ScannedLine[]; onLookUpAgain: () => void }) {
  const columns = [...problemColumns, ...countColumns(({ code }) => code, actions)]
  return (
    <section className="admin-section" aria-labelledby="scan-unknown">
      <h2 id="scan-unknown">Not in the catalogue</h2>
      <p className="admin-lead">These are not part of the restock. Set the copies aside.</p>
      <Table
        caption="Codes that are not in the catalogue"
        columns={columns}
        rows={lines}
        keyOf={({ code }) => code}
      />
      {lines.some(({ kind }) => kind === 'isbn') && (
        <div className="scan-actions">
          <Link to="/admin/books/new" className={buttonClass({})}>
            Add a book
          </Link>
          <Button onClick={onLookUpAgain}>Look up again</Button>
        </div>
      )}
    </section>
  )
})

const problemColumns: Column<ScannedLine>[] = [
  { title: 'Code', cell: ({ code }) => <span className="admin-address">{code}</span> },
  {
    title: 'Problem',
    cell: ({ kind }) => (kind === 'isbn' ? 'No book in the catalogue has this ISBN.' : barcodeProblems[kind]),
  },
]

function countColumns(
  nameOf: (line: ScannedLine) => string,
  { onCount, onScan }: Actions,
): Column<ScannedLine>[] {
  return [
    {
      title: 'Copies',
      figures: true,
      cell: (line) => (
        <CopiesField
          name={nameOf(line)}
          copies={line.copies}
          onCount={(copies) => onCount(line, copies)}
          onScan={onScan}
        />
      ),
    },
    {
      title: 'Action',
      cell: (line) => (
        <Button aria-label={`Remove ${nameOf(line)}`} onClick={() => onCount(line, 0)}>
          Remove
        </Button>
      ),
    },
  ]
}
