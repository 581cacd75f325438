import { plainText } from './plain-text.ts'
import { textWidth, truncate } from './text-width.ts'

/** A column of a table. */
export type Column = {
  header: string
  align?: 'left' | 'right'
  /** The width in columns to which cells may be truncated. Without it cells are never truncated. */
  minWidth?: number
  /** When the terminal is too narrow, the column with the highest number is dropped first. */
  dropOrder?: number
  /** Colours a cell. Must not change its width. */
  style?: (cell: string, row: number) => string
}

export type TableOptions = {
  /** The width in columns; `Infinity` for a pipe, where nothing is truncated. */
  width: number
  /** Colours a header. */
  styleHeader?: (text: string) => string
}

const GAP = '  '

/**
 * Lays out a table that fits the width. Every cell becomes plain text, so that no server value reaches the terminal as
 * an escape sequence.
 */
export function renderTable(columns: Column[], rows: string[][], options: TableOptions): string[] {
  const cells = rows.map((row) => columns.map((_, index) => plainText(row[index] ?? '')))
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.header), ...cells.map((row) => textWidth(row[index] ?? ''))),
  )
  const minimum = columns.map((column, index) => Math.min(column.minWidth ?? Infinity, natural[index] ?? 0))
  const shown = columnsThatFit(columns, minimum, options.width)
  const widths = shrink(shown, natural, minimum, options.width)

  const line = (row: string[], style: (cell: string, column: Column) => string) =>
    shown
      .map((at, position) => {
        const column = columns[at] ?? { header: '' }
        const width = widths[position] ?? 0
        const cell = truncate(row[at] ?? '', width)
        const padding = ' '.repeat(width - textWidth(cell))
        const styled = style(cell, column)
        return column.align === 'right' ? padding + styled : styled + padding
      })
      .join(GAP)
      .trimEnd()

  const header = line(
    columns.map((column) => column.header),
    (cell) => options.styleHeader?.(cell) ?? cell,
  )
  const body = cells.map((row, index) => line(row, (cell, column) => column.style?.(cell, index) ?? cell))
  return [header, ...body]
}

/** The indexes of the columns to show. Columns are dropped when even the minimum widths do not fit. */
function columnsThatFit(columns: Column[], minimum: number[], width: number): number[] {
  const shown = columns.map((_, index) => index)
  while (total(shown.map((at) => minimum[at] ?? 0)) > width) {
    const next = shown
      .filter((at) => columns[at]?.dropOrder !== undefined)
      .toSorted((a, b) => (columns[b]?.dropOrder ?? 0) - (columns[a]?.dropOrder ?? 0))[0]
    if (next === undefined) break
    shown.splice(shown.indexOf(next), 1)
  }
  return shown
}

/** Narrows the widest column that may shrink until the line fits, so that short columns stay whole. */
function shrink(shown: number[], natural: number[], minimum: number[], width: number): number[] {
  const widths = shown.map((at) => natural[at] ?? 0)
  while (total(widths) > width) {
    let widest = -1
    for (const [position, at] of shown.entries()) {
      const current = widths[position] ?? 0
      if (current > (minimum[at] ?? 0) && current > (widths[widest] ?? 0)) widest = position
    }
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function total(widths: number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1)
}
