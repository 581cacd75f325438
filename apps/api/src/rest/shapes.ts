import { z } from 'zod'
import {
  BookImportInput,
  BookImportRow,
  BookPreviewWithdrawalInput,
  IsoTime,
  limits,
  StockAdjustInput,
  StockBatchInput,
  StockBatchLine,
  StockSetInput,
  type StockBatchOutcome,
  type ValidationIssue,
} from '@prebook/core'
import { itemField } from './names.ts'
import { priceProblem } from './price.ts'

/** The response to a sign-in, with the field names of OAuth 2.0 (RFC 6749, section 5.1). */
export const AccessToken = z.object({
  accessToken: z.string(),
  tokenType: z.literal('bearer'),
  expiresAt: IsoTime,
})

/** `POST /books/import`, with the fields of a row. The procedure accepts any row, and says what is wrong with it. */
export const BookImportBody = BookImportInput.extend({
  rows: z.array(BookImportRow).min(1).max(limits.importRows.max),
})

/** `GET /books/{id}/stock/preview`: one of the two. */
export const StockPreviewQuery = z.union([
  StockSetInput.pick({ quantity: true }),
  StockAdjustInput.pick({ delta: true }),
])

/** `GET /books/{id}/withdrawal/preview`: a query has no null. */
export const WithdrawalPreviewQuery = z.strictObject({
  successorId: BookPreviewWithdrawalInput.shape.successorId
    .unwrap()
    .unwrap()
    .optional()
    .describe('The id of the book that would replace it.'),
})

/** A problem with a row of an import, with REST's names and messages. */
export function restIssue({ path, message }: ValidationIssue, currency: string): ValidationIssue {
  const isPrice = path === 'priceCents' && /^Must be a (?:whole )?number/.test(message)
  return { path: itemField(path), message: isPrice ? priceProblem(currency) : message }
}

/** `POST /stock/batch`, with the fields of a line. The procedure accepts any line, and says what is wrong with it. */
export const StockBatchBody = StockBatchInput.extend({
  lines: z.array(StockBatchLine).min(1).max(limits.stockBatch.max),
})

/** The outcome of a line of a batch, with the name that its refused field has in REST. */
export function restOutcome(outcome: StockBatchOutcome): StockBatchOutcome {
  if (outcome.status !== 'refused' || outcome.field === null) return outcome
  const { field, message } = outcome
  const name = itemField(field)
  // The message of a validation error starts with the field's name.
  return { ...outcome, field: name, message: message.replace(`${field}:`, () => `${name}:`) }
}
