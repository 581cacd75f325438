import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { parseBookReference, type BookReference } from '../program/book-reference.ts'
import { CommandError } from '../program/command-error.ts'
import type { Connection } from '../session/connect.ts'
import { countOf } from '../terminal/count-of.ts'
import { canAsk } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { choose } from '../terminal/prompts.ts'

/** A book as the API shows it. */
export type Book = RouterOutputs['books']['get']

type AskOptions = { json?: boolean }

/** How many of the books that fit some words are offered. */
const OFFERED = 20

/**
 * The book that somebody named by its id, its ISBN or words of it. When several fit the words, asks which.
 *
 * @throws CommandError `usage` when it is no reference, or several books fit and nobody can be asked; `notFound`
 */
export async function findBook(connection: Connection, text: string, options: AskOptions): Promise<Book> {
  return lookUp(connection, parseBookReference(text), options)
}

/** As {@link findBook}, for commands that need no more than the id: one that was given is not looked up. */
export async function findBookId(connection: Connection, text: string, options: AskOptions): Promise<number> {
  const reference = parseBookReference(text)
  return 'bookId' in reference ? reference.bookId : (await lookUp(connection, reference, options)).id
}

async function lookUp(connection: Connection, reference: BookReference, options: AskOptions): Promise<Book> {
  if ('query' in reference) return findByWords(connection, reference.query, options)
  try {
    return await connection.call((client, request) => client.books.get.query(reference, request))
  } catch (error) {
    if (!isPrebookError(error, 'VALIDATION_ERROR') || !('isbn' in reference)) throw error
    throw new CommandError('usage', `${reference.isbn} is not a valid ISBN: its check digit does not fit.`, {
      remedy: 'Look for a mistyped digit; an id this long is written with a #.',
    })
  }
}

async function findByWords({ call }: Connection, query: string, options: AskOptions): Promise<Book> {
  const { items, nextCursor } = await call((client, request) =>
    client.books.list.query({ query, limit: OFFERED }, request),
  )
  const [first, second] = items
  if (first === undefined) {
    throw new CommandError('notFound', `No book fits “${query}”.`, {
      remedy: 'Every word has to be in the title, the author or the ISBN; give fewer of them.',
    })
  }
  if (second === undefined) return first
  const fitting = `${nextCursor === null ? '' : 'more than '}${countOf(items.length, 'book')}`
  if (canAsk(options)) {
    const question = `Which one? “${query}” fits ${fitting}`
    return choose(
      question,
      items.map((book) => ({ value: book, label: describe(book) })),
    )
  }
  throw new CommandError('usage', `“${query}” fits ${fitting}.`, {
    items: items.map(describe),
    remedy: `Name one by its id, such as '#${first.id}'.`,
  })
}

function describe({ id, title, author, isbn }: Book): string {
  return plain`#${id} ${title} by ${author}` + (isbn === null ? '' : plain`, ISBN ${isbn}`)
}
