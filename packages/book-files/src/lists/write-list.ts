import { csvLine, UTF8_MARK, type Cell } from './csv-text.ts'
import { listColumns, type ListItem, type ListName } from './list-columns.ts'

/** The names of the columns of a list, in their order. */
export function columnNames(list: ListName): string[] {
  return Object.keys(listColumns[list])
}

/**
 * Creates the function that writes a list as CSV, page by page: the mark of UTF-8 and the header come before the first page, which
 * may be empty.
 *
 * @example
 * const write = listWriter('users')
 * for await (const page of pages) send(write(page.items))
 */
export function listWriter<Name extends ListName>(list: Name): (items: readonly ListItem<Name>[]) => string {
  const columns = Object.values(listColumns[list]) as ((item: ListItem<Name>, row: number) => Cell)[]
  let start = UTF8_MARK + csvLine(columnNames(list))
  let row = 0
  return (items) => {
    const lines = items.map((item) => {
      row += 1
      return csvLine(columns.map((cell) => cell(item, row)))
    })
    const text = start + lines.join('')
    start = ''
    return text
  }
}
