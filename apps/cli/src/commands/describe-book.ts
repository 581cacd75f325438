import { styleText } from 'node:util'
import type { Demand } from '@prebook/client'
import { formatExpectedDate } from '@prebook/client/expected-date'
import { plain, plainText } from '../terminal/plain-text.ts'
import type { Book } from './find-book.ts'

/** The first line about a book, with its ID and ISBN. */
export function bookHeading({ id, title, author, isbn }: Book): string {
  const number = isbn === null ? '' : plain`, ISBN ${isbn}`
  return styleText('bold', plainText(title)) + plain` by ${author} (#${id}${number})`
}

/** A book within a line: `#12 Dune by Frank Herbert`. */
export function bookLabel({ id, title, author }: Pick<Book, 'id' | 'title' | 'author'>): string {
  return plain`#${id} ${title} by ${author}`
}

/** What readers can expect of a book that is sold out, in a few words; empty when there is nothing to say. */
export function outlook({ withdrawnAt, inStock, expectedOn }: Book): string {
  if (withdrawnAt !== null) return 'withdrawn'
  return inStock || expectedOn === null ? '' : plain`due ${formatExpectedDate(expectedOn)}`
}

/** When a waited-for book is expected, with a mark when the date has passed; empty without a date. */
export function dueText({ expectedOn, overdue }: Pick<Demand, 'expectedOn' | 'overdue'>): string {
  if (expectedOn === null) return ''
  return `${formatExpectedDate(expectedOn)}${overdue ? ' (overdue)' : ''}`
}
