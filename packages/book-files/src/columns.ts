import { FileError } from './file-error.ts'
import { headerNames } from './header-names.ts'

/** A column that a file may have. Names match regardless of case, accents, spaces and punctuation. */
export type KnownColumn<Name extends string> = {
  name: Name
  /** What else it is called, the likeliest first. One that ends with `*` matches every header that begins so. */
  synonyms: string[]
  /** Headers that are read as this column only if the file has no better one. */
  fallbacks?: string[]
  /** Its content, for the help. */
  meaning: string
}

/** The known columns of a file. Each group in `needed` requires at least one of its columns. */
export type KnownColumns<Name extends string> = {
  known: KnownColumn<Name>[]
  needed: Name[][]
  /** Whether the first of several columns of one meaning is read. Otherwise such a file is refused. */
  choosesFirst?: boolean
}

/** A column of a file: its position, and its header in the file. */
export type FileColumn = { index: number; header: string }

/** Which header is read as which column; null when no header is. */
export type ColumnMap<Name extends string> = Partial<Record<Name, string | null>>

/** Several headers that could be one column, and the one that is read; or the only one that could, if it is a guess. */
export type ColumnChoice<Name extends string> = {
  column: Name
  chosen: string
  others: string[]
  isGuess: boolean
}

/** The columns of a file, the choices among them, and the headers that are not used. */
export type MatchedColumns<Name extends string> = {
  columns: Map<Name, FileColumn>
  choices: ColumnChoice<Name>[]
  unused: string[]
}

/** The columns of a file as far as they are known, and what is wrong with them. */
export type HeaderMatch<Name extends string> = MatchedColumns<Name> & { problems: string[] }

/**
 * Maps the columns of a file by their headers. Columns without a header are ignored.
 *
 * @throws FileError, which lists every problem of the header
 */
export function matchColumns<Name extends string>(
  headers: string[],
  known: KnownColumns<Name>,
  map: ColumnMap<Name> = {},
): MatchedColumns<Name> {
  const { problems, ...matched } = matchHeader(headers, known, map)
  if (problems.length === 0) return matched
  throw unknownColumns(problems, headers, known)
}

/** Maps the columns of a line that may be a header. */
export function matchHeader<Name extends string>(
  headers: string[],
  { known, needed, choosesFirst = false }: KnownColumns<Name>,
  map: ColumnMap<Name> = {},
): HeaderMatch<Name> {
  const columns = new Map<Name, FileColumn>()
  const choices: ColumnChoice<Name>[] = []
  const problems: string[] = []
  const free = headers.flatMap((header, index) => (header === '' ? [] : [{ index, header }]))
  const take = (name: Name, column: FileColumn) => {
    columns.set(name, column)
    free.splice(free.indexOf(column), 1)
  }
  for (const { name } of known) {
    const header = map[name]
    if (header == null) continue
    const column = free.find((each) => each.header === header) ?? free.find((each) => isCalled(each, header))
    if (column === undefined) problems.push(`No column is called “${header}”.`)
    else take(name, column)
  }
  for (const column of known) {
    const { name } = column
    if (map[name] !== undefined) continue
    const { found, isGuess } = candidates(free, column)
    const [first, ...others] = found
    if (first === undefined) continue
    if (others.length > 0 && !choosesFirst)
      problems.push(`“${first.header}” and “${others[0]?.header}” both mean ${name}.`)
    take(name, first)
    if (others.length > 0 || isGuess)
      choices.push({
        column: name,
        chosen: first.header,
        others: others.map(({ header }) => header),
        isGuess,
      })
  }
  const missing = needed.filter((group) => !group.some((name) => columns.has(name)))
  if (missing.length > 0)
    problems.unshift(`Missing columns: ${missing.map((group) => group.join(' or ')).join(', ')}.`)
  return { columns, choices, problems, unused: free.map(({ header }) => header) }
}

/** The error of a file whose columns cannot be used. */
export function unknownColumns<Name extends string>(
  problems: string[],
  headers: string[],
  { known }: KnownColumns<Name>,
): FileError {
  return new FileError(`The columns of the file are not valid. ${problems.join(' ')}`, {
    headers,
    remedy: `A line must name the columns, in any order: ${known.map(({ name }) => name).join(', ')}. Nothing was sent.`,
  })
}

/** Lists the columns for `--help`, with as many of their other names as fit into 80 columns. */
export function columnsHelp<Name extends string>(
  title: string,
  { known, needed }: KnownColumns<Name>,
): string {
  const required = new Set(needed.flat())
  const lines = known.map(({ name, synonyms, meaning }) => {
    const line = `  ${name.padEnd(12)} ${required.has(name) ? '' : 'optional: '}${meaning}`
    const words = synonyms.filter((word) => !word.endsWith('*'))
    const fitting = (count: number): string => {
      if (count === 0) return line
      const more = count < words.length ? ', …' : ''
      const text = `${line} (also ${words.slice(0, count).join(', ')}${more})`
      return text.length <= 80 ? text : fitting(count - 1)
    }
    return fitting(words.length)
  })
  return `\n${title}\n${lines.join('\n')}`
}

/** The headers that mean a column, the likeliest first; those that may only if there is no other. */
function candidates<Name extends string>(
  free: FileColumn[],
  { name, synonyms, fallbacks = [] }: KnownColumn<Name>,
): { found: FileColumn[]; isGuess: boolean } {
  const named = (words: string[]) => [
    ...new Set(words.flatMap((word) => free.filter((column) => isCalled(column, word)))),
  ]
  const found = named([name, ...synonyms])
  return found.length > 0 ? { found, isGuess: false } : { found: named(fallbacks), isGuess: true }
}

function isCalled({ header }: FileColumn, word: string): boolean {
  const names = headerNames(header)
  const [wanted = ''] = headerNames(word.replace(/\*$/, ''))
  return word.endsWith('*') ? names.some((each) => each.startsWith(wanted)) : names.includes(wanted)
}
