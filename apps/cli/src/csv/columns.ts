import { CommandError } from '../program/command-error.ts'

/** A column that a file may have. Its own name and its synonyms count, whatever their case, spaces and hyphens. */
export type KnownColumn<Name extends string> = {
  name: Name
  synonyms: string[]
  /** What stands in it, for the help. */
  meaning: string
}

/** The columns that a file may have, and those that it must have: of each group at least one. */
export type KnownColumns<Name extends string> = { known: KnownColumn<Name>[]; needed: Name[][] }

/** A column of a file: where it stands, and what the file calls it. */
export type FileColumn = { index: number; header: string }

/** How many unknown columns are named: more would be a file without a heading, or of something else. */
const NAMED = 5

/**
 * Which column of a file holds what, by its heading. Columns without a heading are left aside.
 *
 * @throws CommandError `usage` that names everything wrong with the heading at once
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
    const column = known.find(({ name, synonyms }) => [name, ...synonyms].some((word) => same(word, header)))
    const twin = column && found.get(column.name)
    if (column === undefined) unknown.push(`“${header}”`)
    else if (twin !== undefined)
      problems.push(`“${twin.header}” and “${header}” are both the ${column.name}.`)
    else found.set(column.name, { index, header })
  }
  const missing = needed.filter((group) => !group.some((name) => found.has(name)))
  if (missing.length > 0)
    problems.unshift(`Missing: ${missing.map((group) => group.join(' or ')).join(', ')}.`)
  if (unknown.length > 0) {
    const more = unknown.length > NAMED ? ', …' : ''
    problems.push(`Not known: ${unknown.slice(0, NAMED).join(', ')}${more}.`)
  }
  if (problems.length === 0) return found
  throw new CommandError('usage', `The columns of the file do not fit. ${problems.join(' ')}`, {
    remedy: `Its first line names the columns, in any order: ${known.map(({ name }) => name).join(', ')}. Nothing was sent.`,
  })
}

/** The columns and their synonyms, for `--help`. */
export function columnsHelp<Name extends string>(
  title: string,
  { known, needed }: KnownColumns<Name>,
): string {
  const wanted = new Set(needed.flat())
  const lines = known.map(({ name, synonyms, meaning }) => {
    const words = synonyms.length === 0 ? '' : ` (also ${synonyms.join(', ')})`
    return `  ${name.padEnd(12)} ${wanted.has(name) ? '' : 'optional: '}${meaning}${words}`
  })
  return `\n${title}\n${lines.join('\n')}`
}

function same(a: string, b: string): boolean {
  const fold = (text: string) => text.toLowerCase().replace(/[\s\-_.]/g, '')
  return fold(a) === fold(b)
}
