import { styleText } from 'node:util'
import { plainJson, plainText } from './plain-text.ts'
import { renderTable, type Column } from './table.ts'
import { wrap } from './text-width.ts'

/** The width of a terminal that does not report one. */
const DEFAULT_COLUMNS = 80

/** The indent of every line of a wrapped sentence but the first. */
const CONTINUATION_INDENT = '  '

/** Writes lines to standard output unchanged. Values in them must already be plain text. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/**
 * Writes text to standard output unchanged, and waits until the output has taken it.
 *
 * @returns false when the output is closed
 */
export async function writeOutput(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(error == null))
  })
}

/** Writes the result as JSON to standard output. */
export function printJson(value: unknown): void {
  print(plainJson(value))
}

/** Writes a table to standard output, fitted to the width of the terminal. */
export function printTable(columns: Column[], rows: string[][]): void {
  print(
    ...renderTable(columns, rows, {
      width: outputWidth(),
      styleHeader: (header) => styleText('bold', header),
    }),
  )
}

/** Writes a sentence to standard output, wrapped on a terminal. Values in it must already be plain text. */
export function printSentence(sentence: string): void {
  print(fitToTerminal(sentence, process.stdout))
}

/** Writes a note to standard error, so that a pipe carries results only. */
export function printInfo(sentence: string): void {
  const text = fitToTerminal(plainText(sentence), process.stderr)
  process.stderr.write(`${styleText('dim', text, { stream: process.stderr })}\n`)
}

/** Writes a problem to standard error that does not end the command. */
export function printWarning(sentence: string): void {
  process.stderr.write(`${fitToTerminal(plainText(sentence), process.stderr)}\n`)
}

/** Wraps a sentence to the width of the terminal. Without a terminal it stays on one line. */
export function fitToTerminal(
  sentence: string,
  stream: { isTTY: boolean; columns?: number },
  indent = '',
): string {
  if (!stream.isTTY) return indent + sentence
  const lines = wrap(sentence, terminalWidth(stream) - CONTINUATION_INDENT.length - indent.length)
  return lines.map((line, index) => indent + (index === 0 ? '' : CONTINUATION_INDENT) + line).join('\n')
}

/** The width of standard output in columns; `Infinity` without a terminal. */
export function outputWidth(): number {
  return process.stdout.isTTY ? terminalWidth(process.stdout) : Infinity
}

/** The width of a terminal in columns. Some terminals, such as serial lines, report 0. */
export function terminalWidth(stream: { columns?: number }): number {
  return stream.columns || DEFAULT_COLUMNS
}

/** Whether the command can prompt: on a terminal, and without `--json`. */
export function canPrompt(options: { json?: boolean }): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && options.json !== true
}
