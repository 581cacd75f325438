import { buffer } from 'node:stream/consumers'
import { InvalidArgumentError } from 'commander'
import type { RouterInputs } from '@prebook/client'
import {
  batchColumns,
  CellError,
  readIsbnCell,
  readTable,
  type BatchColumn,
  type TableRow,
} from '@prebook/book-files'
import { openBytes } from '../files/open-file.ts'
import { CommandError } from '../program/command-error.ts'
import { parseDifference, parseWholeNumber } from '../program/whole-number.ts'

/** A line as the API accepts it. */
export type BatchInput = RouterInputs['stock']['batch']['lines'][number]

/** A line of a batch file. */
export type BatchLine = {
  /** Its line number in a CSV file, or its position in JSON, from 1. */
  line: number
  /** Null when the line cannot be sent. */
  input: BatchInput | null
  /** Why it cannot be sent. */
  problem: string | null
}

/**
 * Reads a batch file: CSV with a header, or JSON. JSON is a list of lines, an object with the list `lines`, or one line each
 * on a line of text. Its fields have the names of the REST API or of the client.
 *
 * @throws CommandError `usage` when it cannot be read, is not text or has other columns
 */
export async function readBatch(file: string): Promise<BatchLine[]> {
  const { bytes } = await openBytes(file)
  const content = await buffer(bytes)
  const text = content.toString()
  if (/^\uFEFF?\s*[[{]/.test(text)) return readJson(text.replace(/^\uFEFF/, '')).map(lineOfJson)
  const { rows } = await readTable(once(content), content.length, batchColumns)
  const lines: BatchLine[] = []
  for await (const row of rows) lines.push(lineOfRow(row))
  return lines
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

function readJson(text: string): unknown[] {
  const whole = parse(text)
  if (Array.isArray(whole)) return whole
  if (isObject(whole) && Array.isArray(whole['lines'])) return whole['lines']
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map(parse)
  const broken = values.indexOf(undefined)
  if (broken === -1) return values
  throw new CommandError(
    'usage',
    `The file is not valid JSON${lines.length > 1 ? ` (line ${broken + 1})` : ''}.`,
    {
      remedy: 'Use a list of lines, such as [{ "isbn": "978-0-441-01359-3", "delta": 3 }], or a CSV file.',
    },
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The names of the REST API, and those of the client. */
const clientNames: Record<string, string> = { book_id: 'bookId', idempotency_key: 'idempotencyKey' }

function lineOfJson(value: unknown, index: number): BatchLine {
  const line = index + 1
  if (!isObject(value)) return { line, input: null, problem: 'Must be an object.' }
  const named = Object.entries(value).map(([name, field]) => [clientNames[name] ?? name, field])
  // The server validates it.
  return { line, input: Object.fromEntries(named) as BatchInput, problem: null }
}

function lineOfRow({ line, values, problem }: TableRow<BatchColumn>): BatchLine {
  const problems = problem === null ? [] : [problem]
  const read = <T>(column: BatchColumn, parseCell: (text: string) => T): T | undefined => {
    try {
      return values[column] === '' ? undefined : parseCell(values[column])
    } catch (error) {
      if (!(error instanceof InvalidArgumentError || error instanceof CellError)) throw error
      problems.push(`${column}: ${error.message}`)
      return undefined
    }
  }
  const input: BatchInput = {
    isbn: read('isbn', (text) => readIsbnCell(text).isbn),
    bookId: read('id', (text) => parseWholeNumber(text.replace(/^#/, ''))),
    quantity: read('quantity', parseWholeNumber),
    delta: read('delta', parseDifference),
    note: read('note', (text) => text),
    idempotencyKey: read('key', (text) => text),
  }
  return problems.length === 0
    ? { line, input, problem: null }
    : { line, input: null, problem: problems.join(' ') }
}
