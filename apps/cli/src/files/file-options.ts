import { InvalidArgumentError, Option } from 'commander'
import type { ColumnMap, KnownColumns, TableOptions } from '@prebook/book-files'

/** Options of the commands that read a list from a file. */
export type FileOptions<Name extends string> = { encoding?: string; map?: ColumnMap<Name> }

/** The option that overrules the detected encoding of a file. */
export function encodingOption(): Option {
  return new Option('--encoding <name>', 'Encoding of a text file, such as windows-1252 (default: detected)')
}

/** The option that overrules which header is read as which column, such as `--map "quantity=Qty on hand"`. */
export function mapOption<Name extends string>({ known }: KnownColumns<Name>): Option {
  return new Option('--map <column=header>', 'Read a column from this header; repeatable').argParser(
    (text: string, before?: ColumnMap<Name>) => parseMap(text, known, before ?? {}),
  )
}

/** Adds a value of `--map`. With nothing after the sign, the column is not read. */
function parseMap<Name extends string>(
  text: string,
  known: KnownColumns<Name>['known'],
  before: ColumnMap<Name>,
): ColumnMap<Name> {
  const [, name = '', header = ''] = /^\s*([a-z0-9]+)\s*=(.*)$/is.exec(text) ?? []
  const column = known.find((each) => each.name === name.toLowerCase())
  if (column === undefined)
    throw new InvalidArgumentError(
      `Use the form ${known.at(-1)?.name}="Header of the file". Columns: ${known.map((each) => each.name).join(', ')}.`,
    )
  return { ...before, [column.name]: header.trim() === '' ? null : header.trim() }
}

/** How a table is read with these options. */
export function tableOptions<Name extends string>({ encoding, map }: FileOptions<Name>): TableOptions<Name> {
  return { ...(encoding !== undefined && { encoding }), ...(map !== undefined && { map }) }
}
