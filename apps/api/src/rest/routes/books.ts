import { z } from 'zod'
import {
  Book,
  BookAvailabilities,
  BookAvailabilityInput,
  BookChanges,
  BookCreateInput,
  BookExpected,
  BookExpectInput,
  BookImportResult,
  BookListInput,
  BookOverdueInput,
  BookOverduePage,
  BookPage,
  BookSuggestInput,
  BookSuggestions,
  BookWaitlist,
  BookWithdrawal,
  BookWithdrawalPreview,
  BookWithdrawInput,
  limits,
} from '@prebook/core'
import { NoInput, route } from '../route.ts'
import { BookImportBody, restIssue, WithdrawalPreviewQuery } from '../shapes.ts'

// Whether the precision contradicts the date is checked by the procedure.
const expectBody = z.strictObject({
  expectedOn: BookExpectInput.shape.expectedOn,
  precision: BookExpectInput.shape.precision,
})

export const booksRoutes = [
  route({
    method: 'POST',
    path: '/books',
    tag: 'Books',
    operationId: 'createBook',
    summary: 'Add a book to the catalogue',
    procedure: 'books.create',
    input: BookCreateInput,
    status: 201,
    output: Book,
  }),
  route({
    method: 'GET',
    path: '/books',
    tag: 'Books',
    operationId: 'listBooks',
    summary: 'List books by title, or search them',
    description:
      'Results of a `query` are ranked: the title, titles that begin so, the author, the rest. If no book has its words, one typing error in a ' +
      'word is corrected, and `showing_results_for` has the corrected words. A `query` that is the ISBN of a book, in any spelling, finds only that book.',
    procedure: 'books.list',
    isPublic: true,
    input: BookListInput,
    status: 200,
    output: BookPage,
  }),
  route({
    method: 'GET',
    path: '/books/suggest',
    tag: 'Books',
    operationId: 'suggestBooks',
    summary: 'Suggest books while a search is being typed',
    description:
      'The first results of a search, in a short form. The last word of `query` may be the beginning of one. ' +
      'So may an ISBN, in any spelling.',
    procedure: 'books.suggest',
    isPublic: true,
    input: BookSuggestInput,
    status: 200,
    output: BookSuggestions,
  }),
  route({
    method: 'GET',
    path: '/availability',
    tag: 'Books',
    operationId: 'getAvailability',
    summary: `Get whether up to ${limits.availability.max} books can be bought or pre-booked`,
    description:
      'Repeat `isbn` for each book: `?isbn=9780441013593&isbn=9780593098233`. Pages of every origin may call it, and so may caches: send ' +
      'the ISBNs in their order and as 13 digits, so that equal requests have equal addresses.',
    procedure: 'books.availability',
    isPublic: true,
    freshSeconds: 10,
    isForAnyOrigin: true,
    input: BookAvailabilityInput,
    status: 200,
    output: BookAvailabilities,
  }),
  route({
    method: 'POST',
    path: '/books/import',
    tag: 'Books',
    operationId: 'importBooks',
    summary: `Add or update up to ${limits.importRows.max} books, identified by ISBN`,
    description:
      'Each row is validated separately, so an invalid row does not block the others. The response has one outcome per row, ' +
      'in the same order. Books that exist keep their stock, so an import can be repeated.',
    procedure: 'books.import',
    input: BookImportBody,
    status: 200,
    output: BookImportResult,
    present: ({ outcomes }, currency) => ({
      outcomes: outcomes.map((row) =>
        row.outcome === 'invalid'
          ? { ...row, issues: row.issues.map((issue) => restIssue(issue, currency)) }
          : row,
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/books/overdue',
    tag: 'Books',
    operationId: 'listOverdueBooks',
    summary: 'List sold-out books whose expected date is past, longest overdue first',
    procedure: 'books.overdue',
    input: BookOverdueInput,
    status: 200,
    output: BookOverduePage,
  }),
  route({
    method: 'POST',
    path: '/books/{id}/expect',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'expectBook',
    summary: 'Set when a book is expected in stock',
    description:
      'Send `expected_on` as a day `2027-03-12`, a month `2027-03` or a season `2027-spring`, or `null` to remove the date. Every reader ' +
      'who waits is e-mailed once, when the date has not changed for a while: see `settles_at`. A restock removes the date.',
    procedure: 'books.expect',
    input: expectBody,
    status: 200,
    output: BookExpected,
  }),
  route({
    method: 'GET',
    path: '/books/{id}',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'getBook',
    summary: 'Get a book',
    procedure: 'books.get',
    isPublic: true,
    input: NoInput,
    status: 200,
    output: Book,
  }),
  route({
    method: 'PATCH',
    path: '/books/{id}',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'updateBook',
    summary: 'Change fields of a book',
    description:
      'Send only the fields to change. `null` clears an optional field. The stock has its own routes.',
    procedure: 'books.update',
    input: BookChanges,
    status: 200,
    output: Book,
  }),
  route({
    method: 'GET',
    path: '/books/{id}/waitlist',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'getWaitlist',
    summary: 'Get how many readers wait for a book',
    description:
      'With an access token, also your own pre-booking and its position in the queue, if you are waiting.',
    procedure: 'books.waitlist',
    input: NoInput,
    status: 200,
    output: BookWaitlist,
  }),
  route({
    method: 'GET',
    path: '/books/{id}/withdrawal/preview',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'previewWithdrawal',
    summary: 'See what a withdrawal would do, without making it',
    description:
      '`waiting` is the number of pre-bookings that it would cancel. With `successor_id`, also whether that book can replace it.',
    procedure: 'books.previewWithdrawal',
    input: WithdrawalPreviewQuery,
    status: 200,
    output: BookWithdrawalPreview,
  }),
  route({
    method: 'POST',
    path: '/books/{id}/withdraw',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'withdrawBook',
    summary: 'Withdraw a book that will not come back; every waiting pre-booking is cancelled',
    description:
      'Until the book is reinstated or restocked, it cannot be pre-booked once it is sold out. The readers who waited get an ' +
      'e-mail that names the book in `successor_id`, if any. On a book that is withdrawn already, only the successor is changed.',
    procedure: 'books.withdraw',
    input: BookWithdrawInput.omit({ bookId: true }),
    status: 200,
    output: BookWithdrawal,
  }),
  route({
    method: 'POST',
    path: '/books/{id}/reinstate',
    pathField: 'bookId',
    tag: 'Books',
    operationId: 'reinstateBook',
    summary: 'Make it possible again to pre-book a withdrawn book',
    description: 'The pre-bookings that the withdrawal cancelled stay cancelled.',
    procedure: 'books.reinstate',
    input: NoInput,
    status: 200,
    output: Book,
  }),
]
