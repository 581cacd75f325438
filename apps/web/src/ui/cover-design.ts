/** How the cover of a book is drawn: always the same for the same title and author. */
export type CoverDesign = {
  ground: string
  figure: string
  ink: string
  layout: (typeof layouts)[number]
  /** A few numbers from 0 to below 1 that vary the drawing. */
  chances: readonly number[]
  titleLines: string[]
  authorLines: string[]
}

export const layouts = ['label', 'sun', 'bands', 'hills', 'arches', 'leaf'] as const

/** Ground, figure and lettering; lettering stands on the ground with a contrast of at least 4.5. */
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

/** How many characters a line of lettering takes, and how many lines there are. */
const TITLE = { width: 13, lines: 5 }
const AUTHOR = { width: 18, lines: 2 }

export function designCover(title: string, author: string): CoverDesign {
  const chances = chancesOf(`${title}\n${author}`)
  const [ground, figure, ink] = palettes[Math.floor((chances[0] ?? 0) * palettes.length)] ?? palettes[0]
  return {
    ground,
    figure,
    ink,
    layout: layouts[Math.floor((chances[1] ?? 0) * layouts.length)] ?? 'label',
    chances: chances.slice(2),
    titleLines: wrap(title, TITLE.width, TITLE.lines),
    authorLines: wrap(author, AUTHOR.width, AUTHOR.lines),
  }
}

/** Breaks a text into lines between words; what does not fit ends in an ellipsis. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, width))) {
    const last = lines.at(-1)
    if (last !== undefined && letters(last).length + 1 + letters(word).length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  if (lines.length <= most) return lines
  const kept = lines.slice(0, most)
  kept[most - 1] = `${letters(kept[most - 1] ?? '')
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

/** What a reader counts as letters: an accent or a flag never comes off. */
function letters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** FNV-1a, then xorshift: nothing secret, only well spread. */
function chancesOf(text: string): number[] {
  let state = 0x811c9dc5
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return Array.from({ length: 8 }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  })
}
