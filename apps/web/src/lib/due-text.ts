import type { Book } from '@prebook/client'
import { formatExpectedDate } from '@prebook/client/expected-date'

/** When a sold-out book is expected: `Due 12 March 2027`, `Due March 2027`, `Due in spring 2027`. Null when unknown. */
export function dueText({
  inStock,
  withdrawnAt,
  expectedOn,
  expectedPrecision,
}: Pick<Book, 'inStock' | 'withdrawnAt' | 'expectedOn' | 'expectedPrecision'>): string | null {
  if (inStock || withdrawnAt !== null || expectedOn === null) return null
  return `Due ${expectedPrecision === 'season' ? 'in ' : ''}${formatExpectedDate(expectedOn)}`
}
