import { plainText } from './plain-text.ts'
import { textWidth, truncate } from './text-width.ts'

/** A column of a table. */
export type Column = {
  header: string
  align?: 'left' | 'right'
  /** The least width in columns of the terminal that its cells may be cut to; without it they are never cut. */
  shrinksTo?: number
  /** On a terminal that is too narrow for everything, the column with the highest number is left out first. */
  leftOut?: number
  /** Colours a cell, which then must still have the same width. */
  style?: (cell: string, row: number) => string
}

export type TableOptions = {
  /** Columns of the terminal; `Infinity` for a pipe, where nothing is cut. */
  width: number
  /** Colours the heading. */
  styleHeader?: (text: string) => string
}

const GAP = '  '

/**
 * Lays out a table that fits the width. Every cell becomes plain text here, so that nothing that came from a server
 * can reach the terminal as an escape sequence.
 */
export function renderTable(columns: Column[], rows: string[][], options: TableOptions): string[] {
  const cells = rows.map((row) => columns.map((_, index) => plainText(row[index] ?? '')))
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.header), ...cells.map((row) => textWidth(row[index] ?? ''))),
  )
  const least = columns.map((column, index) => Math.min(column.shrinksTo ?? Infinity, natural[index] ?? 0))
  const shown = columnsThatFit(columns, least, options.width)
  const widths = shrink(shown, natural, least, options.width)

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

/** Which columns are shown, by index. The rest is left out when even the least widths are too wide. */
function columnsThatFit(columns: Column[], least: number[], width: number): number[] {
  const shown = columns.map((_, index) => index)
  while (total(shown.map((at) => least[at] ?? 0)) > width) {
    const next = shown
      .filter((at) => columns[at]?.leftOut !== undefined)
      .toSorted((a, b) => (columns[b]?.leftOut ?? 0) - (columns[a]?.leftOut ?? 0))[0]
    if (next === undefined) break
    shown.splice(shown.indexOf(next), 1)
  }
  return shown
}

/** Takes from the widest column that may shrink until the line fits, so that short columns stay whole. */
function shrink(shown: number[], natural: number[], least: number[], width: number): number[] {
  const widths = shown.map((at) => natural[at] ?? 0)
  while (total(widths) > width) {
    let widest = -1
    for (const [position, at] of shown.entries()) {
      const current = widths[position] ?? 0
      if (current > (least[at] ?? 0) && current > (widths[widest] ?? 0)) widest = position
    }
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function total(widths: number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1)
}
