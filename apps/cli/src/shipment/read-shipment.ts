import { InvalidArgumentError } from 'commander'
import {
  CellError,
  readIsbnCell,
  shipmentColumns,
  type ShipmentColumn,
  type TableRow,
} from '@prebook/book-files'
import { openTable } from '../files/open-file.ts'
import { parseWholeNumber } from '../program/whole-number.ts'

/** A line of a shipment file: a book, and the number of copies that arrived. */
export type ShipmentLine = {
  /** Its line number in the file. */
  line: number
  isbn: string | null
  id: number | null
  /** Null when it is invalid. */
  quantity: number | null
  /** Why it cannot be counted; null when no problem is known. */
  problem: string | null
}

/**
 * Reads a whole shipment file, because a shipment is planned before anything is counted.
 *
 * @throws CommandError `usage` when it cannot be read or has other columns
 */
export async function readShipment(file: string): Promise<ShipmentLine[]> {
  const { rows } = await openTable(file, shipmentColumns)
  const lines: ShipmentLine[] = []
  for await (const row of rows) lines.push(readLine(row))
  return lines
}

function readLine({ line, values, problem }: TableRow<ShipmentColumn>): ShipmentLine {
  const problems = problem === null ? [] : [problem]
  const read = <T>(column: ShipmentColumn, parse: (text: string) => T): T | null => {
    try {
      return values[column] === '' ? null : parse(values[column])
    } catch (error) {
      if (!(error instanceof InvalidArgumentError || error instanceof CellError)) throw error
      problems.push(`${column}: ${error.message}`)
      return null
    }
  }
  const isbn = read('isbn', (text) => readIsbnCell(text).isbn)
  const id = read('id', parseId)
  const quantity = read('quantity', parseQuantity)
  if (values.isbn === '' && values.id === '') problems.push('Missing ISBN or ID.')
  if (values.quantity === '') problems.push('quantity: Required.')
  return { line, isbn, id, quantity, problem: problems.length === 0 ? null : problems.join(' ') }
}

function parseId(text: string): number {
  const id = Number(/^#?(\d{1,16})$/.exec(text)?.[1] ?? 0)
  if (id >= 1 && Number.isSafeInteger(id)) return id
  throw new InvalidArgumentError(`“${text}” is not an ID.`)
}

function parseQuantity(text: string): number {
  try {
    return parseWholeNumber(text)
  } catch {
    throw new InvalidArgumentError(`“${text}” is not a number of copies: use a whole number.`)
  }
}
