import { stripVTControlCharacters } from 'node:util'

// Control characters, and the marks that change the direction of text: these make a line read as another one.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/**
 * Makes untrusted text safe for a terminal: one line, without escape sequences, control characters or marks that change
 * the direction of text.
 *
 * @example plainText('Dune\u001b[2J\n') // 'Dune'
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
    .replace(unprintable, '')
    .trim()
}

/**
 * Tags a sentence that contains values from a server. Every value becomes plain text, numbers included: the types of a
 * response are not checked at run time.
 *
 * @example plain`Added #${book.id}: ${book.title}`
 */
export function plain(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: strings }, ...values.map((value) => plainText(String(value))))
}

/**
 * Formats a value as JSON that is safe for a terminal. `JSON.stringify` escapes only the control characters below U+0020,
 * but U+009B also begins an escape sequence. Written as `\u009b`, it is the same JSON value.
 *
 * @param indent columns for each level; 0 puts everything on one line
 */
export function plainJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
