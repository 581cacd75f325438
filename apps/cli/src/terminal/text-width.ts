import stringWidth from 'fast-string-width'
import { wrapAnsi } from 'fast-wrap-ansi'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

// Invisible format characters, such as the zero-width space. A joiner before an emoji stays: it makes one emoji of two.
const invisible = /(?!\u200d\p{Emoji})\p{Cf}/gu

/**
 * The number of terminal columns that the text takes: 2 for a wide character or an emoji, 0 for a combining mark or an
 * invisible character.
 */
export function textWidth(text: string): number {
  return stringWidth(text.normalize().replace(invisible, ''))
}

/** Cuts the text to `width` columns, between graphemes; text that was cut ends with `…`. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let left = width - 1
  for (const { segment } of graphemes.segment(text)) {
    left -= textWidth(segment)
    if (left < 0) break
    kept += segment
  }
  return width < 1 ? '' : `${kept.trimEnd()}…`
}

/** Breaks text between words into lines of at most `width` columns. A longer word gets a line to itself. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, width).split('\n')
}
