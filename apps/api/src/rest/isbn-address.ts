/** How the id of a book begins if it is an ISBN. */
export const ISBN_ID = 'isbn:'

/**
 * Turns `/books/isbn/978…/stock` into `/books/isbn:978…/stock`, in which the ISBN is the id. So each route of a book exists
 * only once.
 */
export function isbnAsId(path: string): string {
  return path.startsWith('/books/isbn/')
    ? path.replace(/^\/books\/isbn\/(?=[^/])/, `/books/${ISBN_ID}`)
    : path
}
