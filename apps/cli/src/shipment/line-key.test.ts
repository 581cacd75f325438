import { expect, test } from 'vitest'
import { lineKey, lineNote } from './line-key.ts'
import { parseShipmentName } from './shipment-name.ts'

test('the key of a line is the same on every run and valid for the server', () => {
  expect(lineKey('2026-0317', 12, 1)).toBe(lineKey('2026-0317', 12, 1))
  // A change to this value would count every shipment in progress twice.
  expect(lineKey('2026-0317', 12, 1)).toBe('bAJHBYB7uwuRTbmNcuZ40QBveW3VfEOFzoN6wPuBcw4')
  expect(lineKey('Märchen 百年', 2 ** 53 - 1, 100_000)).toMatch(/^[\x21-\x7e]{43}$/)
})

test('every shipment, book and occurrence has its own key and note', () => {
  const lines = [
    ['a', 1, 1],
    ['a', 1, 2],
    ['a', 11, 1],
    ['a', 2, 1],
    ['b', 1, 1],
    ['a1', 1, 1],
  ] as const
  expect(new Set(lines.map(([shipment, book, occurrence]) => lineKey(shipment, book, occurrence))).size).toBe(
    lines.length,
  )
  expect(lineNote('a', 1)).not.toBe(lineNote('a', 2))
  expect(lineNote('a', 1)).not.toBe(lineNote('b', 1))
})

test('a shipment name is one line, in composed form', () => {
  expect(parseShipmentName(' Ma\u0308rz 7 ')).toBe('M\u00e4rz 7')
  for (const name of ['', '  ', 'a\nb', 'a\u001b[2J', 'x'.repeat(101), '\ud800'])
    expect(() => parseShipmentName(name)).toThrow('--shipment must be a single line')
})
