import { CommandError } from './command-error.ts'

/** A book as it is named on the command line, in the words of the API: an id, an ISBN, or words to look for. */
export type BookReference = { bookId: number } | { isbn: string } | { query: string }

/**
 * Reads an id (`12`, `#12`), an ISBN-10 or ISBN-13 (with or without hyphens), or words to look for. Ten or thirteen
 * digits are an ISBN; an id that long has to be written with `#`. What holds no letter is never a search: a mistyped
 * number would find some other book. Whether an ISBN's check digit is right is for the server to say.
 *
 * @throws CommandError `usage` when it is none of them
 */
export function parseBookReference(text: string): BookReference {
  const trimmed = text.trim()
  const digits = trimmed.replace(/[\s-]/g, '').toUpperCase()
  if (/^(\d{13}|\d{9}[\dX])$/.test(digits)) return { isbn: digits }
  const id = /^(?:#(\d{1,16})|(\d{1,9}))$/.exec(trimmed)
  const bookId = Number(id?.[1] ?? id?.[2] ?? 0)
  if (bookId >= 1 && Number.isSafeInteger(bookId)) return { bookId }
  if (/\p{L}/u.test(trimmed)) return { query: trimmed }
  throw new CommandError('usage', `“${trimmed}” is neither the id nor the ISBN of a book.`, {
    remedy: "Give an id such as 12 or '#12', an ISBN, or words of the title or author.",
  })
}
