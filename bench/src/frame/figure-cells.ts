import { rowAt, type Figure, type Measure, type Row } from './record.ts'
import { median, spread } from './statistics.ts'

/** A figure as the cells of a table, the words in the first two columns. */
export function figureCells(figure: Figure): { head: string[]; rows: string[][] } {
  const [first, ...others] = figure.measures
  if (first === undefined) return { head: [], rows: [] }
  return {
    head: ['way', 'at', first.name, 'beside', ...others.map(({ name }) => name)],
    rows: figure.rows.map((row) => [
      row.way,
      row.at,
      valueCell(row, first),
      besideCell(figure, row, first),
      ...others.map((measure) => valueCell(row, measure)),
    ]),
  }
}

/** A number with thousands set apart. */
export function showNumber(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** The median, and the quartiles where there is more than one round. */
function valueCell(row: Row, { name, digits }: Measure): string {
  const values = row.values[name]
  if (values === undefined) return ''
  const { median: middle, low, high } = spread(values)
  const shown = showNumber(middle, digits)
  return values.length < 2 ? shown : `${shown} (${showNumber(low, digits)}–${showNumber(high, digits)})`
}

function besideCell(figure: Figure, row: Row, { name }: Measure): string {
  if (row.beside === undefined) return ''
  const floor = rowAt(figure, row.beside)
  const ratio = median(row.values[name] ?? []) / median(floor?.values[name] ?? [])
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : ''
}
