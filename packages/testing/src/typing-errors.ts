/** Random numbers from 0 to 1, the same for each seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Makes one error in a text, at a random letter. */
type MakeError = (text: string, random: () => number) => string

const isLetter = (character: string) => /\p{L}/u.test(character)

/** The kinds of typing errors in a query: each changes one letter of one word, or two neighbours. */
export const typingErrors: { kind: string; make: MakeError }[] = [
  { kind: 'another letter', make: atLetter(1, ([letter = ''], random) => anotherThan(letter, random)) },
  { kind: 'a letter is missing', make: atLetter(1, () => '') },
  { kind: 'two letters are swapped', make: atLetter(2, ([letter = '', next = '']) => next + letter) },
  { kind: 'a letter is doubled', make: atLetter(1, ([letter = '']) => letter + letter) },
]

function anotherThan(letter: string, random: () => number): string {
  const others = Array.from('abcdefghijklmnopqrstuvwxyz').filter((it) => it !== letter.toLowerCase())
  return others[Math.floor(random() * others.length)] ?? ''
}

/** Changes this many neighbouring letters, which are not the same. */
function atLetter(
  count: 1 | 2,
  change: (letters: readonly string[], random: () => number) => string,
): MakeError {
  return (text, random) => {
    const characters = Array.from(text)
    const places = [...characters.keys()].filter((place) => {
      const letters = characters.slice(place, place + count).map((letter) => letter.toLowerCase())
      return letters.every((letter) => isLetter(letter)) && new Set(letters).size === count
    })
    const place = places[Math.floor(random() * places.length)]
    if (place === undefined) return text
    const changed = change(characters.slice(place, place + count), random)
    return [...characters.slice(0, place), changed, ...characters.slice(place + count)].join('')
  }
}

/** Words of real titles. */
const adjectives =
  'Silent Golden Broken Hidden Burning Frozen Forgotten Little Last First Long Dark Bright Distant Empty Secret Wild Quiet Lonely Ancient Blue Red White Black Green Crooked Invisible Restless Gentle Savage Hollow Velvet Crimson Bitter Sweet Wandering Drowned Stolen Painted Perfect Strange Endless Narrow Midnight Northern Southern Paper Glass Iron Silver'
const nouns =
  'River Garden House Mountain Shadow Winter Summer Ocean Island Forest Letter Daughter Brother Mother Teacher Gardener Lighthouse Orchard Harbour Kitchen Library Bridge Castle Village Desert Mirror Clock Violin Painter Soldier Stranger Traveller Witness Promise Memory Silence Kingdom Journey Secret Storm Window Candle Feather Raven Sparrow Fox Wolf Tiger Elephant Orchid Thunder Harvest Lantern Compass Voyage Wedding Funeral Museum Theatre Market Station Railway Highway Valley Meadow Glacier Volcano Cathedral Monastery Physician Alchemist Clockmaker Bookseller Beekeeper Cartographer Philosopher Detective Magician Apprentice Neighbour Heiress Captain Sailor Fisherman Shepherd Blacksmith'
const places =
  'Lisbon Paris Vienna Prague Istanbul Havana Kyoto Edinburgh Dublin Naples Venice Berlin Warsaw Budapest Athens Cairo Marrakesh Bombay Shanghai Kathmandu Patagonia Siberia Iceland Norway Sicily Provence Andalusia Bavaria Cornwall Brooklyn'

/** The forms of titles, in which each word is one of a list. */
const forms: { pattern: string; lists: string[] }[] = [
  { pattern: 'The # #', lists: [adjectives, nouns] },
  { pattern: 'The # of #', lists: [nouns, places] },
  { pattern: 'The #’s #', lists: [nouns, nouns] },
  { pattern: 'A # # in #', lists: [adjectives, nouns, places] },
  { pattern: '# and #', lists: [nouns, nouns] },
  { pattern: 'Beyond the # #', lists: [adjectives, nouns] },
  { pattern: 'The # and the #', lists: [nouns, nouns] },
  { pattern: 'Letters from the # #', lists: [adjectives, nouns] },
]

/** Different titles of several words each, as a shop has them, the same for each seed. */
export function generatedTitles(count: number, seed: number): string[] {
  const random = seededRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const titles = new Set<string>()
  while (titles.size < count) {
    const { pattern, lists } = pick(forms) ?? { pattern: '', lists: [] }
    const words = lists.map((list) => pick(list.split(' ')) ?? '')
    titles.add(pattern.split('#').reduce((title, part, index) => title + (words[index - 1] ?? '') + part))
  }
  return [...titles]
}
