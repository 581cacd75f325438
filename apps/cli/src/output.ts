import { styleText } from 'node:util'
import { plainJson, plainText } from './plain-text.ts'

/** Writes lines of result to standard output, as they are: values in them have to be plain text already. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** Writes the result as JSON to standard output. */
export function printJson(value: unknown): void {
  print(plainJson(value))
}

/** Writes a remark to standard error, so that a pipe gets results only. */
export function remark(line: string): void {
  process.stderr.write(`${styleText('dim', plainText(line), { stream: process.stderr })}\n`)
}

/** The width for tables, in columns of the terminal; a pipe has no end. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity
}

/** Whether somebody can be asked: on a terminal, and when standard output is not meant for a program. */
export function canAsk(options: { json?: boolean }): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && options.json !== true
}
