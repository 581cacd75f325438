import {
  Book,
  StockBatchInput,
  StockBatchLine,
  StockBatchResult,
  StockSetInput,
  type StockBatchOutcome,
} from '@prebook/core'
import { snakeCase } from '../names.ts'
import { route } from '../route.ts'

export const stockRoutes = [
  route({
    method: 'PATCH',
    path: '/books/{id}/stock',
    pathField: 'bookId',
    tag: 'Stock',
    summary: 'Set the stock; a restock from 0 notifies every waiting reader',
    procedure: 'stock.set',
    input: StockSetInput.omit({ bookId: true }),
    status: 200,
    output: Book,
    call: async (caller, input) => (await caller.stock.set(input)).book,
    refusals: ['BOOK_NOT_FOUND', 'STOCK_CONFLICT', 'STOCK_IDEMPOTENCY_MISMATCH'],
  }),
  route({
    method: 'POST',
    path: '/stock/batch',
    tag: 'Stock',
    summary: 'Change the stock of up to 500 books; each line has an outcome of its own',
    procedure: 'stock.batch',
    input: StockBatchInput,
    status: 200,
    output: StockBatchResult,
    async call(caller, { lines, ...input }) {
      const { outcomes } = await caller.stock.batch({ ...input, lines: lines.map(readLine) })
      return { outcomes: outcomes.map(withRestField) }
    },
    refusals: ['STOCK_IDEMPOTENCY_MISMATCH'],
  }),
]

const lineFields = Object.keys(StockBatchLine.shape)
const lineNames = new Map(lineFields.map((field) => [snakeCase(field), field]))

/** Marks names that only the procedure has, such as `bookId`: in REST it is `book_id`, and `bookId` is unknown. */
const UNKNOWN = ' '

/** Converts the names of a line. Unknown ones are kept, and the procedure refuses the line. */
function readLine(line: unknown): object {
  // The procedure refuses what is not an object.
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return line as object
  const unknown = (name: string) => (lineFields.includes(name) ? `${name}${UNKNOWN}` : name)
  return Object.fromEntries(
    Object.entries(line).map(([name, value]) => [lineNames.get(name) ?? unknown(name), value]),
  )
}

/** Names the refused field as REST does. */
function withRestField(outcome: StockBatchOutcome): StockBatchOutcome {
  if (outcome.status !== 'refused' || outcome.field === null) return outcome
  const { field, message } = outcome
  const name = lineFields.includes(field) ? snakeCase(field) : field.trimEnd()
  // The message of a validation error starts with the field's name.
  return { ...outcome, field: name, message: message.replace(`${field}:`, () => `${name}:`) }
}
