/** The design of a cover. It depends only on title and author. */
export type CoverDesign = {
  ground: string
  figure: string
  ink: string
  layout: (typeof layouts)[number]
  /** Pseudo-random numbers in [0, 1) that vary the drawing. */
  variation: readonly number[]
  titleLines: string[]
  authorLines: string[]
}

export const layouts = ['label', 'sun', 'bands', 'hills', 'arches', 'leaf'] as const

/** Background, figure and text colour. Text has a contrast of at least 4.5 on the background. */
export const palettes = [
  ['#1d3a34', '#e9b44c', '#f7efdc'],
  ['#7a2230', '#e8a87c', '#fbeede'],
  ['#22395b', '#d96c4f', '#f3ecdf'],
  ['#f0e3c8', '#b23a2e', '#2a1f17'],
  ['#d8dfd0', '#3f6b57', '#1c2a22'],
  ['#e7c15c', '#27435c', '#241c0e'],
  ['#3d2c4f', '#d9a5b3', '#f6ecf2'],
  ['#c9d7df', '#8c3b3f', '#182733'],
  ['#2b2a28', '#c8553d', '#f2eadb'],
  ['#e4b7a0', '#3a4a3f', '#2b1a14'],
] as const

/** Maximum characters per line, and maximum lines. */
const TITLE = { width: 13, lines: 5 }
const AUTHOR = { width: 18, lines: 2 }

export function designCover(title: string, author: string): CoverDesign {
  const numbers = pseudoRandom(`${title}\n${author}`)
  const [ground, figure, ink] = palettes[Math.floor((numbers[0] ?? 0) * palettes.length)] ?? palettes[0]
  return {
    ground,
    figure,
    ink,
    layout: layouts[Math.floor((numbers[1] ?? 0) * layouts.length)] ?? 'label',
    variation: numbers.slice(2),
    titleLines: wrap(title, TITLE.width, TITLE.lines),
    authorLines: wrap(author, AUTHOR.width, AUTHOR.lines),
  }
}

/** Wraps a text into at most `maxLines` lines. Text that does not fit ends in an ellipsis. */
export function wrap(text: string, width: number, maxLines: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, width))) {
    const last = lines.at(-1)
    if (last !== undefined && letters(last).length + 1 + letters(word).length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  if (lines.length <= maxLines) return lines
  const kept = lines.slice(0, maxLines)
  kept[maxLines - 1] = `${letters(kept[maxLines - 1] ?? '')
    .slice(0, width - 1)
    .join('')
    .trimEnd()}…`
  return kept
}

function pieces(word: string, width: number): string[] {
  const all = letters(word)
  if (all.length <= width) return [word]
  return [`${all.slice(0, width - 1).join('')}-`, ...pieces(all.slice(width - 1).join(''), width)]
}

const segmenter = new Intl.Segmenter()

/** Splits into grapheme clusters, so that accents and flags stay whole. */
function letters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Eight numbers in [0, 1) from FNV-1a and xorshift. Not for secrets. */
function pseudoRandom(text: string): number[] {
  let state = 0x811c9dc5
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return Array.from({ length: 8 }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  })
}
