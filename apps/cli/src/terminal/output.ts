import { styleText } from 'node:util'
import { plainJson, plainText } from './plain-text.ts'
import { renderTable, type Column } from './table.ts'
import { wrap } from './text-width.ts'

/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80

/** What the further lines of a long sentence begin with. */
const HANGING = '  '

/** Writes lines of result to standard output, as they are: values in them have to be plain text already. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** Writes the result as JSON to standard output. */
export function printJson(value: unknown): void {
  print(plainJson(value))
}

/** Writes a table to standard output, as wide as the terminal allows. */
export function printTable(columns: Column[], rows: string[][]): void {
  print(
    ...renderTable(columns, rows, {
      width: outputWidth(),
      styleHeader: (header) => styleText('bold', header),
    }),
  )
}

/** Writes a result that is a sentence to standard output: its values have to be plain text already. */
export function printSentence(sentence: string): void {
  print(fitted(sentence, process.stdout))
}

/** Writes a remark to standard error, so that a pipe gets results only. */
export function remark(sentence: string): void {
  const text = fitted(plainText(sentence), process.stderr)
  process.stderr.write(`${styleText('dim', text, { stream: process.stderr })}\n`)
}

/** Writes to standard error what is wrong with one of many things. */
export function complain(sentence: string): void {
  process.stderr.write(`${fitted(plainText(sentence), process.stderr)}\n`)
}

/** A sentence broken between its words, so that it fits the terminal; a pipe gets it on one line. */
export function fitted(sentence: string, stream: { isTTY: boolean; columns?: number }, indent = ''): string {
  if (!stream.isTTY) return indent + sentence
  const lines = wrap(sentence, terminalWidth(stream) - HANGING.length - indent.length)
  return lines.map((line, index) => indent + (index === 0 ? '' : HANGING) + line).join('\n')
}

/** The width for results, in columns of the terminal; a pipe has no end. */
export function outputWidth(): number {
  return process.stdout.isTTY ? terminalWidth(process.stdout) : Infinity
}

/** How many columns a terminal has; some, such as that of a serial line, say 0. */
export function terminalWidth(stream: { columns?: number }): number {
  return stream.columns || USUAL_COLUMNS
}

/** Whether somebody can be asked: on a terminal, and when standard output is not meant for a program. */
export function canAsk(options: { json?: boolean }): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && options.json !== true
}
