import { CommandError } from './command-error.ts'

/** A reference to a book on the command line, as the API takes it: an id, an ISBN, or search words. */
export type BookReference = { bookId: number } | { isbn: string } | { query: string }

/**
 * Parses an id (`12`, `#12`), an ISBN-10 or ISBN-13 (with or without hyphens), or search words. Ten or thirteen digits
 * are an ISBN; an id of that length needs the `#`. Text without a letter is never a search, because a mistyped number
 * would find another book. The server validates the check digit of an ISBN.
 *
 * @throws CommandError `usage` when the text is none of them
 */
export function parseBookReference(text: string): BookReference {
  const trimmed = text.trim()
  const digits = trimmed.replace(/[\s-]/g, '').toUpperCase()
  if (/^(\d{13}|\d{9}[\dX])$/.test(digits)) return { isbn: digits }
  const id = /^(?:#(\d{1,16})|(\d{1,9}))$/.exec(trimmed)
  const bookId = Number(id?.[1] ?? id?.[2] ?? 0)
  if (bookId >= 1 && Number.isSafeInteger(bookId)) return { bookId }
  if (/\p{L}/u.test(trimmed)) return { query: trimmed }
  throw new CommandError('usage', `“${trimmed}” is not a book ID or an ISBN.`, {
    remedy: "Use an ID such as 12 or '#12', an ISBN, or words from the title or author.",
  })
}
