import { Book, BookCreateInput, BookListInput, BookPage } from '@prebook/core'
import { route } from '../route.ts'
import { NoInput } from '../shapes.ts'

export const booksRoutes = [
  route({
    method: 'POST',
    path: '/books',
    tag: 'Books',
    summary: 'Add a book to the catalogue',
    procedure: 'books.create',
    input: BookCreateInput,
    status: 201,
    output: Book,
    call: (caller, input) => caller.books.create(input),
    refusals: ['BOOK_ISBN_CONFLICT'],
  }),
  route({
    method: 'GET',
    path: '/books',
    tag: 'Books',
    summary: 'List or search books, sorted by title',
    procedure: 'books.list',
    input: BookListInput.omit({ direction: true }),
    status: 200,
    output: BookPage,
    call: (caller, input) => caller.books.list(input),
    refusals: [],
  }),
  route({
    method: 'GET',
    path: '/books/{id}',
    pathField: 'bookId',
    tag: 'Books',
    summary: 'Get a book',
    procedure: 'books.get',
    input: NoInput,
    status: 200,
    output: Book,
    call: (caller, input) => caller.books.get(input),
    refusals: ['BOOK_NOT_FOUND'],
  }),
]
