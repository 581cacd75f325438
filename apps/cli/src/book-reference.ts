import { CommandError } from './command-error.ts'

/** A book as it is named on the command line, in the words of the API. */
export type BookReference = { bookId: number } | { isbn: string }

/**
 * Reads an id (`12`, `#12`) or an ISBN-10 or ISBN-13 (with or without hyphens). Ten or thirteen digits are an ISBN; an
 * id that long has to be written with `#`. Whether the check digit is right is for the server to say.
 *
 * @throws CommandError `usage` when it is neither
 */
export function parseBookReference(text: string): BookReference {
  const trimmed = text.trim()
  const digits = trimmed.replace(/[\s-]/g, '').toUpperCase()
  if (/^(\d{13}|\d{9}[\dX])$/.test(digits)) return { isbn: digits }
  const id = /^(?:#(\d{1,16})|(\d{1,9}))$/.exec(trimmed)
  const bookId = Number(id?.[1] ?? id?.[2] ?? 0)
  if (bookId >= 1 && Number.isSafeInteger(bookId)) return { bookId }
  throw new CommandError('usage', `“${trimmed}” is neither the id nor the ISBN of a book.`, {
    remedy: "Give an id such as 12 or '#12', or an ISBN; `prebook books list --query <text>` shows both.",
  })
}
