import { classNames } from '../../../ui/class-names.ts'
import { copies } from '../counts.ts'
import { barcodeProblems } from '@prebook/book-files'
import type { Scanning } from './use-scanning.ts'

/** The title of the last beep in large letters. Screen readers announce it. */
export function LastScan({ state, titles, last }: Pick<Scanning, 'state' | 'titles' | 'last'>) {
  const { shipment } = state
  if (last === null) return <p className="scan-last">Scan the first barcode.</p>
  const { code, kind } = last.barcode
  const counted = shipment.lines.find((line) => line.code === code)?.copies ?? 0
  const title = titles.found.get(code)
  const isGood = kind === 'isbn' && title !== 'unknown'
  const problem =
    kind !== 'isbn'
      ? barcodeProblems[kind]
      : title === 'unknown'
        ? 'This book is not in the catalogue.'
        : null
  return (
    <div role="status" className={classNames('scan-last', !isGood && 'scan-last-bad')}>
      <p className="scan-title">
        {last.isUndone && 'Undone: '}
        {title === undefined || title === 'unknown' ? code : title.title}
      </p>
      <p>
        {problem ?? copies(counted)}
        {isGood && title === undefined && ', looking up the title…'}
        {title !== undefined && title !== 'unknown' && title.withdrawnAt !== null && '. Withdrawn title'}
      </p>
    </div>
  )
}
