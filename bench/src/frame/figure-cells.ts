import { rowAt, type Figure, type Measure, type Row } from './record.ts'
import { median, spread } from './statistics.ts'

/** A figure as table cells; the first two columns are text. */
export function figureCells(figure: Figure): { head: string[]; rows: string[][] } {
  const [first, ...others] = figure.measures
  if (first === undefined) return { head: [], rows: [] }
  return {
    head: ['variant', 'at', first.name, 'vs baseline', ...others.map(({ name }) => name)],
    rows: figure.rows.map((row) => [
      row.variant,
      row.at,
      valueCell(row, first),
      ratioCell(figure, row, first),
      ...others.map((measure) => valueCell(row, measure)),
    ]),
  }
}

/** A number with thousands separators. */
export function showNumber(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** The median, with the quartiles if there is more than one round. */
function valueCell(row: Row, { name, digits }: Measure): string {
  const values = row.values[name]
  if (values === undefined) return ''
  const { median: middle, low, high } = spread(values)
  const shown = showNumber(middle, digits)
  return values.length < 2 ? shown : `${shown} (${showNumber(low, digits)}–${showNumber(high, digits)})`
}

function ratioCell(figure: Figure, row: Row, { name }: Measure): string {
  if (row.baseline === undefined) return ''
  const baseline = rowAt(figure, row.baseline)
  const ratio = median(row.values[name] ?? []) / median(baseline?.values[name] ?? [])
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : ''
}
