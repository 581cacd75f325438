import { describeFormat, type ColumnChoice, type Table } from '@prebook/book-files'

/** The most columns, lines or headers that a remark names. */
const MAX_NAMED = 20

/** What a remark says of a table. */
export type DescribedTable<Name extends string> = Pick<
  Table<Name>,
  'format' | 'preamble' | 'choices' | 'unused'
>

/** How a file is read, as far as it is not obvious: one sentence for each remark. */
export function remarks<Name extends string>(table: DescribedTable<Name>): string[] {
  const { format, preamble, choices, unused } = table
  const isPlain = format.kind === 'csv' && format.encoding === 'utf-8'
  const lines = preamble.map(({ line, text }) => `line ${line} (${text})`)
  return [
    ...(isPlain ? [] : [`Read as ${describeFormat(format)}.`]),
    ...(lines.length === 0 ? [] : [`Above the header, not read: ${listed(lines)}.`]),
    ...choices.map(describeChoice),
    ...(unused.length === 0 ? [] : [`Not used: ${listed(unused)}.`]),
  ]
}

function describeChoice<Name extends string>({ column, chosen, others }: ColumnChoice<Name>): string {
  const not = others.length === 0 ? '' : `, not ${others.map((header) => `“${header}”`).join(' or ')}`
  return `The column “${chosen}” is read as the ${column}${not}. Use --map to choose another one.`
}

/** The first of some names, and how many more there are. */
export function listed(items: string[]): string {
  const more = items.length - MAX_NAMED
  return [...items.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}
