import { FileError } from '../file-error.ts'
import { parseRecord } from './parse-record.ts'
import { separators, type Separator } from './separator.ts'

/** How the values of a file are separated, and how a quote inside a quoted value is escaped: doubled, or with a backslash. */
export type Dialect = { separator: Separator; escape: '"' | '\\' }

/** The most rows that show the separator. */
const ROWS = 100

/** A first line that names the separator, as Excel reads and writes it. */
const SEPARATOR_LINE = /^"?sep=([^\n])"?[ \t]*(?:\n|$)/i

/**
 * Detects the dialect of a file from its first rows. The separator is the one that gives the largest share of rows of equal width, so that
 * lines above the header do not matter. Backslashes escape quotes only if doubled quotes make more rows malformed.
 *
 * @param start the first lines of the file
 * @returns the dialect, and the length of a line that names the separator
 * @throws FileError when such a line names another separator
 */
export function detectDialect(start: string): Dialect & { skip: number } {
  const line = SEPARATOR_LINE.exec(start)
  const skip = line?.[0].length ?? 0
  const text = start.slice(skip)
  const separator = line === null ? detectSeparator(text) : namedSeparator(line[1] ?? '')
  const escape = text.includes('\\"') && hasBackslashes(text, separator) ? '\\' : '"'
  return { separator, escape, skip }
}

function namedSeparator(name: string): Separator {
  const separator = separators.find((known) => known === name)
  if (separator !== undefined) return separator
  throw new FileError(`The first line names “${name}” as the separator.`, {
    remedy: 'Save the file with commas, semicolons, tabs or vertical bars between the columns.',
  })
}

function detectSeparator(text: string): Separator {
  const unquoted = text.replace(/"[^"]*"/g, '')
  const scored = separators.map((separator) => ({
    separator,
    share: shareOfEqualRows(text, separator),
    occurrences: unquoted.split(separator).length,
  }))
  return scored.reduce((best, one) =>
    one.share > best.share || (one.share === best.share && one.occurrences > best.occurrences) ? one : best,
  ).separator
}

/** The share of the first rows that have the most common number of columns above 1, and no malformed value. */
function shareOfEqualRows(text: string, separator: Separator): number {
  const escapes: Dialect['escape'][] = ['"', '\\']
  const shares = escapes.map((escape) => {
    const { widths, malformed } = firstRows(text, { separator, escape }, ROWS)
    return mostCommon(widths.filter((width) => width > 1)) / (widths.length + malformed)
  })
  return Math.max(...shares)
}

/** How often the most common number occurs. */
function mostCommon(widths: number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

/** Whether fewer rows are malformed, or of another width than most, when a backslash escapes quotes. */
function hasBackslashes(text: string, separator: Separator): boolean {
  const odd = (escape: Dialect['escape']) => {
    const { widths, malformed } = firstRows(text, { separator, escape }, Infinity)
    return malformed + widths.length - mostCommon(widths)
  }
  return odd('\\') < odd('"')
}

/** The widths of the well-formed rows, and the number of the others. */
function firstRows(text: string, dialect: Dialect, most: number): { widths: number[]; malformed: number } {
  const widths: number[] = []
  let malformed = 0
  for (let at = 0; at < text.length && widths.length + malformed < most;) {
    const record = parseRecord(text, at, dialect, true)
    if (typeof record === 'string') return { widths, malformed: malformed + 1 }
    if (record.isMalformed) malformed += 1
    else widths.push(record.cells.length)
    at = record.end
  }
  return { widths, malformed }
}
