import { stripVTControlCharacters } from 'node:util'

// Besides control characters, the marks that reverse the direction of text: they make a line look like another one.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/**
 * Text from elsewhere as it may reach a terminal: on one line, without escape sequences, control characters and marks
 * that change the direction of text.
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
 * Tags a sentence whose values came from a server: each of them becomes plain text. Numbers too, for nothing checks that
 * a server sends one where its types promise one.
 *
 * @example plain`Added #${book.id}: ${book.title}`
 */
export function plain(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: strings }, ...values.map((value) => plainText(String(value))))
}

/**
 * A value as JSON that is harmless on a terminal. `JSON.stringify` escapes the control characters below U+0020
 * only, but U+009B alone begins an escape sequence too; written as `\u009b` it is the same JSON value.
 *
 * @param indent columns for each level; 0 puts everything on one line
 */
export function plainJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
