import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** The part of a stream that a screen uses. */
type Output = { write(text: string): unknown; isTTY?: boolean }

/** The colour of each status. */
const statusStyles: Record<string, Style> = { waiting: 'yellow', notified: 'green', cancelled: 'dim' }

/** Writes headings, aligned tables and, on a terminal that allows it, colours. */
export class Screen {
  readonly #output: Output
  readonly #environment: NodeJS.ProcessEnv
  readonly #colour: boolean
  #acts = 0

  constructor(output: Output, environment: NodeJS.ProcessEnv = process.env) {
    this.#output = output
    this.#environment = environment
    // https://no-color.org: any non-empty value turns colour off.
    const noColour = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
    this.#colour = output.isTTY === true && !noColour
  }

  /** A view of this screen that drops text written after the signal aborts. */
  until(signal: AbortSignal): Screen {
    const { isTTY = false } = this.#output
    const write = (text: string) => signal.aborted || this.#output.write(text)
    return new Screen({ isTTY, write }, this.#environment)
  }

  line(text = ''): void {
    this.#output.write(`${text}\n`)
  }

  /** An indented line. */
  indented(text = ''): void {
    this.line(text === '' ? '' : `   ${text}`)
  }

  /** The next numbered heading. */
  act(title: string): void {
    this.#acts += 1
    this.line()
    this.line(this.style(['bold', 'cyan'], `${this.#acts}  ${title}`))
    this.line()
  }

  /** A heading without a number. */
  heading(title: string): void {
    this.line()
    this.line(this.style(['bold', 'cyan'], title))
  }

  /** Rows with aligned columns, with an optional header row. */
  table(rows: readonly string[][], heads?: string[]): void {
    const head = heads?.map((text) => (text === '' ? '' : this.style('dim', text)))
    for (const line of alignColumns(head === undefined ? rows : [head, ...rows])) this.indented(line)
  }

  /** Overwrites the current line of a terminal. Does nothing for a file or a pipe. Call {@link clearProgress} at the end. */
  progress(text: string): void {
    if (this.#output.isTTY === true) this.#output.write(`\r\u001b[2K${text}`)
  }

  clearProgress(): void {
    this.progress('')
  }

  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text
  }

  status(status: string): string {
    return this.style(statusStyles[status] ?? 'red', status)
  }
}

/** Pads every column to its widest cell, with three blanks between columns and none at the end of a line. */
export function alignColumns(rows: readonly string[][]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleWidth(cell)))
      .join('   ')
      .trimEnd(),
  )
}

/** Ignores colour codes. Every character that the demo prints is one code unit and one cell wide. */
function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length
}
