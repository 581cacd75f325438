import { expect, test } from 'vitest'
import { designCover, palettes, wrap } from './cover-design.ts'

test('is the same for a book every time and differs between books', () => {
  expect(designCover('Dune', 'Frank Herbert')).toEqual(designCover('Dune', 'Frank Herbert'))
  const drawn = Array.from({ length: 100 }, (_, number) => designCover(`Book ${number}`, 'Author'))
  const kinds = new Set(drawn.map(({ ground, layout }) => `${ground} ${layout}`))
  expect(kinds.size).toBeGreaterThan(30)
})

test.each([
  { text: 'Dune', lines: ['Dune'] },
  { text: 'Pride and Prejudice', lines: ['Pride and', 'Prejudice'] },
  { text: 'Donaudampfschifffahrt', lines: ['Donaudampfsc-', 'hifffahrt'] },
  { text: 'a b c d e f g h i j k l m n o p q r s t u v w', lines: ['a b c d e f g', 'h i j k l m…'] },
])('wraps $text', ({ text, lines }) => {
  expect(wrap(text, 13, 2)).toEqual(lines)
})

test.each(palettes)('has readable text on %s', (ground, _figure, ink) => {
  const [light = 0, dark = 0] = [luminance(ground), luminance(ink)].toSorted((a, b) => b - a)
  expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5)
})

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
