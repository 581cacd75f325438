import type { Dialect } from './dialect.ts'

/** The longest row, in characters: an unclosed quote would otherwise read the whole file into memory. */
export const MAX_ROW_LENGTH = 100_000

/** A row of a text. `end` is the position behind it. */
export type ParsedRecord = { cells: string[]; end: number; isMalformed: boolean }

/** Why a row has no end: the text ends in it, or in a quoted value. */
export type OpenRecord = 'open' | 'open-quote'

type ParsedCell = { cell: string; end: number; isMalformed: boolean }

const LF = 10
const QUOTE = 34
const SPACE = 32

/**
 * Reads the row of a text that starts at a position. Values lose their quotes and the spaces around them. A value whose quotes are
 * malformed keeps its source text, and ends with the next separator or line.
 *
 * @param isLast whether the text ends the file; otherwise a row without an end is open
 */
export function parseRecord(
  text: string,
  start: number,
  dialect: Dialect,
  isLast: boolean,
): ParsedRecord | OpenRecord {
  const cells: string[] = []
  let isMalformed = false
  for (let at = start; ;) {
    const parsed = parseCell(text, at, dialect, isLast)
    if (typeof parsed === 'string') return parsed
    if (parsed.end === text.length && !isLast) return 'open'
    cells.push(parsed.cell)
    isMalformed ||= parsed.isMalformed
    at = parsed.end + 1
    if (parsed.end >= text.length || text.charCodeAt(parsed.end) === LF)
      return { cells, end: Math.min(at, text.length), isMalformed }
  }
}

function parseCell(text: string, start: number, dialect: Dialect, isLast: boolean): ParsedCell | OpenRecord {
  let at = start
  while (text.charCodeAt(at) === SPACE) at += 1
  if (text.charCodeAt(at) === QUOTE) return parseQuoted(text, at, dialect, isLast)
  const end = endOfPlain(text, at, dialect)
  return { cell: text.slice(at, end).trim(), end, isMalformed: false }
}

function parseQuoted(
  text: string,
  start: number,
  dialect: Dialect,
  isLast: boolean,
): ParsedCell | OpenRecord {
  const close = closingQuote(text, start, dialect)
  if (close === null) return isLast ? 'open-quote' : 'open'
  let end = close + 1
  while (text.charCodeAt(end) === SPACE) end += 1
  if (end >= text.length || text.charCodeAt(end) === LF || text[end] === dialect.separator)
    return { cell: unescaped(text.slice(start + 1, close), dialect).trim(), end, isMalformed: false }
  end = endOfPlain(text, end, dialect)
  return { cell: text.slice(start, end).trim(), end, isMalformed: true }
}

/** The position of the quote that ends a value; null when the text has none. */
function closingQuote(text: string, start: number, { escape }: Dialect): number | null {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    if (escape === '"' && text.charCodeAt(at + 1) === QUOTE) at += 1
    else if (escape === '"' || !isEscaped(text, at, start)) return at
  }
  return null
}

/** Whether an odd number of backslashes precedes a quote. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let at = quote
  while (at - 1 > start && text[at - 1] === '\\') at -= 1
  return (quote - at) % 2 === 1
}

function unescaped(value: string, { escape }: Dialect): string {
  if (escape === '"') return value.includes('"') ? value.replaceAll('""', '"') : value
  return value.includes('\\') ? value.replace(/\\([\\"])/g, '$1') : value
}

function endOfPlain(text: string, start: number, { separator }: Dialect): number {
  const code = separator.charCodeAt(0)
  for (let at = start; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === code || character === LF) return at
  }
  return text.length
}
