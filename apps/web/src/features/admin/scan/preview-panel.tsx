import { limits } from '@prebook/client/limits'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Table, type Column } from '../../../ui/table.tsx'
import { copies, readers } from '../counts.ts'
import type { ShipmentPreview } from './restock-shipment.ts'
import { totalOf, type ScannedLine } from './shipment.ts'

/** Rows of the preview. The titles with the most waiting readers come first. */
const MAX_ROWS = 50

type Restock = ShipmentPreview['restocks'][number]

/** What a delivery would do, and the button that does it. */
export function PreviewPanel({
  preview,
  lines,
  nameOf,
  onRestock,
}: {
  preview: ShipmentPreview
  lines: readonly ScannedLine[]
  nameOf: (code: string) => string
  onRestock: (note: string | null) => void
}) {
  const [note, setNote] = useState('')
  const { restocks, refused } = preview
  return (
    <section className="scan-preview" aria-labelledby="scan-preview">
      <h2 id="scan-preview">Preview</h2>
      <p role="status" className="scan-effect">
        {effectOf(preview, lines)}
      </p>
      {refused.length > 0 && (
        <ul className="scan-refused">
          {refused.map(({ code, message }) => (
            <li key={code}>
              {nameOf(code)}: {message}
            </li>
          ))}
        </ul>
      )}
      {restocks.length > 0 && (
        <Table
          caption="Titles that come back in stock"
          columns={columnsWith(nameOf)}
          rows={restocks.slice(0, MAX_ROWS)}
          keyOf={({ code }) => code}
        />
      )}
      {restocks.length > MAX_ROWS && <p>And {titles(restocks.length - MAX_ROWS)} more.</p>}
      <Field
        label="Note (optional)"
        hint="Shown in the stock history of each title."
        autoComplete="off"
        maxLength={limits.note.max}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <Button tone="primary" size="large" onClick={() => onRestock(note.trim() === '' ? null : note.trim())}>
        Restock all
      </Button>
    </section>
  )
}

function columnsWith(nameOf: (code: string) => string): Column<Restock>[] {
  return [
    { title: 'Back in stock', cell: ({ code }) => <span className="admin-title">{nameOf(code)}</span> },
    { title: 'Copies after', figures: true, cell: ({ quantityAfter }) => quantityAfter.toLocaleString('en') },
    { title: 'Readers notified', figures: true, cell: ({ wouldNotify }) => wouldNotify.toLocaleString('en') },
  ]
}

/** The effect in a sentence or two. */
function effectOf(
  { restocks, wouldNotify, refused }: ShipmentPreview,
  lines: readonly ScannedLine[],
): string {
  const sum = `${copies(totalOf(lines))} of ${titles(lines.length)}.`
  const back =
    restocks.length === 0
      ? 'No sold-out title comes back in stock.'
      : `${titles(restocks.length)} ${restocks.length === 1 ? 'comes' : 'come'} back in stock.`
  const told = wouldNotify === 0 ? 'No readers are waiting.' : `${readers(wouldNotify)} will be notified.`
  const refusal = refused.length === 0 ? '' : ` ${titles(refused.length)} will be refused:`
  return `${sum} ${back} ${told}${refusal}`
}

/** Formats a number of titles: `1 title`, `12 titles`. */
export function titles(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'title' : 'titles'}`
}
