/** What windows-1252 has at 0x80 to 0x9f; the five bytes that it leaves out are control characters. */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** How often a text may have been read in the wrong encoding. */
const MAX_ROUNDS = 2

/**
 * Mends a text in UTF-8 that was read as windows-1252: `GarcÃ­a` is `García`. Only if all its letters fit, so that one with a real
 * `Ã` or `é` stays as it is.
 *
 * @returns the mended text; null when the text is sound, or more than one reading is possible
 */
export function mendMojibake(text: string): string | null {
  let mended: string | null = null
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = decoded(mended ?? text)
    if (next === null) return mended
    mended = next
  }
  return mended
}

function decoded(text: string): string | null {
  // Each letter outside of ASCII began with one of these.
  if (!/[Â-ôƒ]/.test(text)) return null
  const bytes = Array.from(text, (letter) => byteOf(letter))
  if (bytes.includes(null)) return null
  try {
    const result = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes as number[]))
    return result === text || /[\u0080-\u009f]/.test(result) ? null : result
  } catch {
    return null
  }
}

function byteOf(letter: string): number | null {
  const code = letter.charCodeAt(0)
  if (letter.length > 1) return null
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code
  const high = HIGH.indexOf(letter)
  return high === -1 ? null : 0x80 + high
}
