/** A value of a cell. Numbers are written as they are, and null as an empty cell. */
export type Cell = string | number | boolean | null

/** The mark by which spreadsheets know UTF-8. */
export const UTF8_MARK = '\uFEFF'

/** What spreadsheets take for the beginning of a formula (OWASP, CSV injection), also in the full width that some Asian versions read. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/

/** Characters of control, which no spreadsheet shows. Tabs and line breaks are text. */
const control = /(?![\t\n\r])\p{Cc}/gu

/** What must be quoted (RFC 4180), and what programs that guess the separator or trim cells would misread. */
const special = /[",;|\t\r\n]|^\s|\s$/

/** A line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A cell. Text that a spreadsheet would run as a formula gets an apostrophe in front. A number never does: `-2` is a number.
 */
function csvCell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  const plain = value.replaceAll(control, '')
  const text = formula.test(plain) ? `'${plain}` : plain
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
