import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** What a screen needs to know of the stream it writes to. */
type Output = { write(text: string): unknown; isTTY?: boolean }

/** Statuses have the same colour wherever they appear. */
const statusStyles: Record<string, Style> = { waiting: 'yellow', notified: 'green', cancelled: 'dim' }

/** The terminal, or a file or pipe in its place: numbered headings, aligned tables, and colour where it is wanted. */
export class Screen {
  readonly #output: Output
  readonly #environment: NodeJS.ProcessEnv
  readonly #colour: boolean
  #acts = 0

  constructor(output: Output, environment: NodeJS.ProcessEnv = process.env) {
    this.#output = output
    this.#environment = environment
    // https://no-color.org: any value but an empty one switches colour off.
    const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
    this.#colour = output.isTTY === true && !refused
  }

  /** The same screen for somebody whose last word is not wanted: what they write once the signal is aborted is lost. */
  until(signal: AbortSignal): Screen {
    const { isTTY = false } = this.#output
    const write = (text: string) => signal.aborted || this.#output.write(text)
    return new Screen({ isTTY, write }, this.#environment)
  }

  line(text = ''): void {
    this.#output.write(`${text}\n`)
  }

  /** A line inside an act, set off from its heading. */
  tell(text = ''): void {
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

  /** Rows with aligned columns, under their heads if there are any. */
  table(rows: readonly string[][], heads?: string[]): void {
    const head = heads?.map((text) => (text === '' ? '' : this.style('dim', text)))
    for (const line of alignColumns(head === undefined ? rows : [head, ...rows])) this.tell(line)
  }

  /** Overwrites the current line of a terminal; a file or a pipe gets nothing. Ends with {@link clearProgress}. */
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

/** Pads every column to its widest cell, two blanks between columns, none at the end of a line. */
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

/** Colours take no room; every character that the demo prints is one code unit and one cell wide. */
function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length
}
