import { bookColumns, type BookColumn, type ColumnChoice, type Table } from '@prebook/book-files'
import { listed, remarks } from '../files/describe-table.ts'
import { tableOptions } from '../files/file-options.ts'
import { openTable } from '../files/open-file.ts'
import { CommandError } from '../program/command-error.ts'
import { canPrompt, printInfo } from '../terminal/output.ts'
import { choose } from '../terminal/prompts.ts'
import type { BookMap, ImportChoices } from './import-options.ts'

/** A file of books, and the choices of its columns. */
export type BookFile = { table: Table<BookColumn>; map: BookMap }

/**
 * Opens a file of books and says on standard error how it is read. Where several columns could be one, it asks on a terminal, and
 * otherwise takes the likeliest and says so.
 *
 * @throws CommandError `usage` when the file cannot be opened, or with `strict` when it has columns that are not used
 * @throws FileError when the file has other columns
 */
export async function openBookFile(
  file: string,
  choices: ImportChoices,
  options: { strict?: boolean; json?: boolean },
): Promise<BookFile> {
  const open = (map: BookMap) => openTable(file, bookColumns, tableOptions({ ...choices, map }))
  const map: BookMap = { ...choices.map }
  let table = await open(map)
  if (table.choices.length > 0 && file !== '-' && canPrompt(options)) {
    await close(table)
    for (const choice of table.choices) map[choice.column] = await ask(choice)
    table = await open(map)
  }
  if (options.strict === true && table.unused.length > 0) {
    await close(table)
    throw new CommandError('usage', `Columns that are not used: ${listed(table.unused)}.`, {
      remedy:
        'Leave out --strict, choose columns with --map, or take them out of the file. Nothing was sent.',
    })
  }
  for (const remark of remarks(table)) printInfo(remark)
  const chosen = table.choices.map(({ column, chosen: header }) => [column, header] as const)
  return { table, map: { ...Object.fromEntries(chosen), ...map } }
}

/** Closes a file whose rows are not read. An open one would keep the process alive. */
export async function close({ rows }: Table<BookColumn>): Promise<void> {
  await rows[Symbol.asyncIterator]().return?.()
}

async function ask({ column, chosen, others }: ColumnChoice<BookColumn>): Promise<string | null> {
  const labels = [chosen, ...others].map((header) => ({ value: { header }, label: header }))
  const none = { value: { header: null }, label: 'None of them' }
  return (await choose<{ header: string | null }>(`Which column is the ${column}?`, [...labels, none])).header
}
