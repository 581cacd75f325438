import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { parseBookReference, type BookReference } from '../program/book-reference.ts'
import { CommandError } from '../program/command-error.ts'
import type { Connection } from '../session/connect.ts'
import { countOf } from '../terminal/plural.ts'
import { canPrompt } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { choose } from '../terminal/prompts.ts'
import { bookLabel } from './describe-book.ts'

/** A book as the API shows it. */
export type Book = RouterOutputs['books']['get']

type PromptOptions = { json?: boolean }

/** The most matching books that are offered. */
const MAX_CHOICES = 20

/**
 * Resolves a book reference: an id, an ISBN or search words. Prompts when several books match the words.
 *
 * @throws CommandError `usage` for an invalid reference, or when several books match and the command cannot prompt; `notFound`
 */
export async function findBook(connection: Connection, text: string, options: PromptOptions): Promise<Book> {
  return lookUp(connection, parseBookReference(text), options)
}

/** As {@link findBook}, for commands that need only the id. An id is returned without a lookup. */
export async function findBookId(
  connection: Connection,
  text: string,
  options: PromptOptions,
): Promise<number> {
  const reference = parseBookReference(text)
  return 'bookId' in reference ? reference.bookId : (await lookUp(connection, reference, options)).id
}

async function lookUp(
  connection: Connection,
  reference: BookReference,
  options: PromptOptions,
): Promise<Book> {
  if ('query' in reference) return findByWords(connection, reference.query, options)
  try {
    return await connection.call((client, request) => client.books.get.query(reference, request))
  } catch (error) {
    if (!isPrebookError(error, 'VALIDATION_ERROR') || !('isbn' in reference)) throw error
    throw new CommandError('usage', `${reference.isbn} is not a valid ISBN: its check digit is wrong.`, {
      remedy: 'Check it for typos. If it is an ID, write # before it.',
    })
  }
}

async function findByWords({ call }: Connection, query: string, options: PromptOptions): Promise<Book> {
  const { items, nextCursor, showingResultsFor } = await call((client, request) =>
    client.books.list.query({ query, limit: MAX_CHOICES }, request),
  )
  const [first, second] = items
  // A command must not change a book that was only guessed.
  if (showingResultsFor !== null) {
    throw new CommandError('notFound', `No book matches “${query}”.`, {
      items: items.map(describe),
      remedy: `If you mean one of these, use its ID, or write “${plainText(showingResultsFor)}”.`,
    })
  }
  if (first === undefined) {
    throw new CommandError('notFound', `No book matches “${query}”.`, {
      remedy: 'Use fewer words: each must be in the title, the author or the ISBN.',
    })
  }
  if (second === undefined) return first
  const matches = `${nextCursor === null ? '' : 'more than '}${countOf(items.length, 'book')}`
  if (canPrompt(options)) {
    const question = `Choose a book: “${query}” matches ${matches}`
    return choose(
      question,
      items.map((book) => ({ value: book, label: describe(book) })),
    )
  }
  throw new CommandError('usage', `“${query}” matches ${matches}.`, {
    items: items.map(describe),
    remedy: `Use the ID of one of them, such as '#${first.id}'.`,
  })
}

function describe(book: Book): string {
  return bookLabel(book) + (book.isbn === null ? '' : plain`, ISBN ${book.isbn}`)
}
