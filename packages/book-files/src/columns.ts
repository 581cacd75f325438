import { FileError } from './file-error.ts'

/** A column that a file may have. Name and synonyms match regardless of case, spaces and hyphens. */
export type KnownColumn<Name extends string> = {
  name: Name
  synonyms: string[]
  /** Its content, for the help. */
  meaning: string
}

/** The known columns of a file. Each group in `needed` requires at least one of its columns. */
export type KnownColumns<Name extends string> = { known: KnownColumn<Name>[]; needed: Name[][] }

/** A column of a file: its position, and its header in the file. */
export type FileColumn = { index: number; header: string }

/** The most unknown columns that an error lists. More of them mean a file without a header, or another kind of file. */
const MAX_NAMED = 5

/**
 * Maps the columns of a file by their headers. Columns without a header are ignored.
 *
 * @throws FileError, which lists every problem of the header
 */
export function matchColumns<Name extends string>(
  headers: string[],
  { known, needed }: KnownColumns<Name>,
): Map<Name, FileColumn> {
  const found = new Map<Name, FileColumn>()
  const problems: string[] = []
  const unknown: string[] = []
  for (const [index, header] of headers.entries()) {
    if (header === '') continue
    const column = known.find(({ name, synonyms }) =>
      [name, ...synonyms].some((word) => sameName(word, header)),
    )
    const duplicate = column && found.get(column.name)
    if (column === undefined) unknown.push(`“${header}”`)
    else if (duplicate !== undefined)
      problems.push(`“${duplicate.header}” and “${header}” both mean ${column.name}.`)
    else found.set(column.name, { index, header })
  }
  const missing = needed.filter((group) => !group.some((name) => found.has(name)))
  if (missing.length > 0)
    problems.unshift(`Missing columns: ${missing.map((group) => group.join(' or ')).join(', ')}.`)
  if (unknown.length > 0) {
    const more = unknown.length > MAX_NAMED ? ', …' : ''
    problems.push(`Unknown columns: ${unknown.slice(0, MAX_NAMED).join(', ')}${more}.`)
  }
  if (problems.length === 0) return found
  throw new FileError(`The columns of the file are not valid. ${problems.join(' ')}`, {
    remedy: `The first line must name the columns, in any order: ${known.map(({ name }) => name).join(', ')}. Nothing was sent.`,
  })
}

/** Lists the columns and their synonyms for `--help`. */
export function columnsHelp<Name extends string>(
  title: string,
  { known, needed }: KnownColumns<Name>,
): string {
  const required = new Set(needed.flat())
  const lines = known.map(({ name, synonyms, meaning }) => {
    const words = synonyms.length === 0 ? '' : ` (also ${synonyms.join(', ')})`
    return `  ${name.padEnd(12)} ${required.has(name) ? '' : 'optional: '}${meaning}${words}`
  })
  return `\n${title}\n${lines.join('\n')}`
}

function sameName(a: string, b: string): boolean {
  const fold = (text: string) => text.toLowerCase().replace(/[\s\-_.]/g, '')
  return fold(a) === fold(b)
}
