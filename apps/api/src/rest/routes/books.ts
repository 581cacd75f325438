import {
  Book,
  BookChanges,
  BookCreateInput,
  BookImportResult,
  BookListInput,
  BookPage,
  BookWaitlist,
} from '@prebook/core'
import { NoInput, route } from '../route.ts'
import { BookImportBody, restIssue } from '../shapes.ts'

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
    summary: 'List or search books, sorted by title',
    description: 'A `query` that is the ISBN of a book, in any spelling, finds only that book.',
    procedure: 'books.list',
    isPublic: true,
    input: BookListInput,
    status: 200,
    output: BookPage,
  }),
  route({
    method: 'POST',
    path: '/books/import',
    tag: 'Books',
    operationId: 'importBooks',
    summary: 'Add or update up to 100 books, identified by ISBN',
    description:
      'Each row is validated separately, so an invalid row does not block the others. The response has one outcome per row, ' +
      'in the same order. Books that exist keep their stock, so an import can be repeated.',
    procedure: 'books.import',
    input: BookImportBody,
    status: 200,
    output: BookImportResult,
    present: ({ outcomes }) => ({
      outcomes: outcomes.map((row) =>
        row.outcome === 'invalid' ? { ...row, issues: row.issues.map(restIssue) } : row,
      ),
    }),
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
]
