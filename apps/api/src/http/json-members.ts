import { PrebookError } from '@prebook/core'

/** How deep a body may be nested. A batch of imports, the deepest that is valid, needs four levels. */
const MOST_LEVELS = 20

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Counts the keys and the items of a JSON text without parsing it: its colons or its commas, whichever are more. Every key
 * has a colon, and every item of a list but the first a comma. Of malformed text it returns some number, and `JSON.parse`
 * rejects it afterwards.
 *
 * @param text JSON in UTF-8, in which bytes below 128 are always ASCII characters
 * @throws PrebookError `VALIDATION_ERROR` when it is nested too deeply
 */
export function countMembers(text: Uint8Array): number {
  let [levels, colons, commas] = [0, 0, 0]
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]
    if (inString) {
      if (byte === backslash) at += 1
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === colon) colons += 1
    else if (byte === comma) commas += 1
    else if (byte === openObject || byte === openList) {
      levels += 1
      if (levels > MOST_LEVELS) throw tooComplex(`Must be nested at most ${MOST_LEVELS} levels deep.`)
    } else if (byte === closeObject || byte === closeList) levels -= 1
  }
  return Math.max(colons, commas)
}

/** The refusal of a body that is well within its size, but would take long to parse and validate. */
export function tooComplex(message: string): PrebookError {
  return new PrebookError('VALIDATION_ERROR', { message, issues: [{ path: '', message }] })
}
