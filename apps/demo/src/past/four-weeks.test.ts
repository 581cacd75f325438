import { expect, it } from 'vitest'
import { catalogue } from '../catalogue.ts'
import { fourWeeks, OPENED, waitingFor } from './four-weeks.ts'
import { extraReaders } from './extra-readers.ts'

it('lists each book and each reader once', () => {
  expect(new Set(fourWeeks.map(({ title }) => title)).size).toBe(fourWeeks.length)
  for (const name of ['email', 'name'] as const) {
    expect(new Set(extraReaders.map((account) => account[name])).size).toBe(extraReaders.length)
  }
})

it.each(fourWeeks)(
  'no reader pre-books $title while it is in stock, or twice',
  ({ title, stock, joined, withdrawn }) => {
    const { stockQuantity: now } = catalogue.find((book) => book.title === title) ?? {}
    expect(now).toBeDefined()
    let quantity = Number(now)
    let waiting = 0
    for (let daysAgo = OPENED - 1; daysAgo >= 0; daysAgo -= 1) {
      const changed = stock?.[daysAgo]
      expect(changed).not.toBe(quantity)
      quantity = changed ?? quantity
      if (quantity > 0) waiting = 0
      const joining = joined?.[daysAgo] ?? 0
      expect(quantity === 0 || joining === 0).toBe(true)
      waiting += joining
      if (withdrawn?.daysAgo === daysAgo) waiting = 0
      expect(waiting).toBeLessThanOrEqual(extraReaders.length)
    }
    expect(quantity).toBe(now)
    expect(waitingFor(title)).toBe(waiting)
    for (const day of [...Object.keys(stock ?? {}), ...Object.keys(joined ?? {})]) {
      expect(Number(day)).toBeLessThan(OPENED)
    }
  },
)

it('has books with long and with short waitlists', () => {
  const waiting = fourWeeks
    .filter(({ withdrawn }) => withdrawn === undefined)
    .map(({ title }) => waitingFor(title))
  expect(Math.min(...waiting)).toBe(1)
  expect(new Set(waiting).size).toBeGreaterThan(8)
  expect(waitingFor('A book without a past')).toBe(0)
})
