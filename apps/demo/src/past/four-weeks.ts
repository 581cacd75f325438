import { inDays, inMonths, inSeasons, type DateAhead } from './dates-ahead.ts'

/** A book's history before the demo starts, by the number of days ago. */
export type BookPast = {
  title: string
  /** The stock from that day on. */
  stock?: Record<number, number>
  /** The number of readers who pre-booked it, after the stock change of that day. */
  joined?: Record<number, number>
  /** When it is expected. The shop has known it since it opened. */
  expected?: DateAhead
  /** When it was withdrawn, and the title that the shop offers instead. */
  withdrawn?: { daysAgo: number; successor: string }
}

/** The age of the shop, in days. */
export const OPENED = 28

/**
 * The made-up history of the shop, so that there is something to see. Each book ends with the stock that the catalogue
 * gives it.
 */
export const fourWeeks: readonly BookPast[] = [
  {
    title: 'Dune',
    stock: { 27: 12, 26: 9, 24: 5, 23: 2, 22: 0, 17: 10, 16: 7, 14: 4, 12: 1, 10: 0 },
    joined: { 21: 2, 20: 1, 19: 3, 18: 1, 9: 1, 8: 2, 7: 1, 6: 3, 5: 2, 4: 4, 3: 3, 2: 4, 1: 3, 0: 1 },
  },
  {
    title: 'Designing Data-Intensive Applications',
    stock: { 27: 6, 25: 4, 24: 1, 23: 0 },
    joined: {
      22: 1,
      20: 1,
      19: 2,
      17: 1,
      16: 2,
      14: 1,
      12: 1,
      11: 1,
      9: 2,
      7: 2,
      5: 1,
      4: 1,
      3: 2,
      2: 1,
      1: 1,
      0: 1,
    },
  },
  {
    title: 'Pippi Longstocking',
    stock: { 26: 15, 24: 11, 22: 8, 20: 5, 18: 3, 17: 1, 16: 0 },
    joined: { 15: 2, 14: 1, 12: 1, 10: 1, 9: 1, 7: 2, 6: 1, 5: 2, 3: 2, 2: 1, 1: 1, 0: 1 },
  },
  {
    title: 'The Name of the Rose',
    stock: { 27: 3, 25: 1, 24: 0, 20: 4, 18: 1, 17: 0 },
    joined: { 23: 2, 21: 1, 16: 2, 15: 1, 14: 1, 11: 1, 9: 2, 6: 1, 5: 1, 4: 1, 3: 1, 2: 2, 1: 1 },
  },
  {
    title: 'One Hundred Years of Solitude',
    stock: { 27: 9, 25: 6, 20: 2, 18: 0 },
    joined: { 17: 1, 16: 2, 14: 2, 12: 1, 10: 1, 8: 1, 6: 1, 4: 1, 2: 1, 1: 1 },
  },
  {
    title: 'The Neverending Story',
    stock: { 20: 5, 15: 2, 11: 0 },
    joined: { 10: 1, 8: 1, 6: 2, 5: 1, 3: 1, 2: 2, 1: 2, 0: 1 },
  },
  { title: 'Neuromancer', joined: { 19: 1, 15: 2, 11: 1, 9: 1, 6: 1, 4: 1, 1: 2 }, expected: inDays(24) },
  { title: 'Beloved', joined: { 13: 1, 10: 1, 7: 1, 5: 2, 2: 1, 0: 1 }, expected: inMonths(2) },
  { title: 'Thinking, Fast and Slow', joined: { 22: 2, 16: 1, 9: 2, 3: 1 }, expected: inSeasons(2) },
  // Overdue by now.
  { title: 'Design Patterns', joined: { 12: 1, 6: 1, 4: 1, 2: 1 }, expected: inDays(-9) },
  { title: 'Murder on the Orient Express', joined: { 8: 1, 5: 1, 1: 1 } },
  { title: 'Invisible Cities', joined: { 18: 1, 4: 1 } },
  { title: 'Roadside Picnic', joined: { 3: 1 } },
  {
    title: 'Moby-Dick',
    joined: { 15: 1, 9: 2, 5: 1 },
    withdrawn: { daysAgo: 2, successor: 'Moby-Dick (Deluxe Edition)' },
  },
]

/** The number of readers waiting for a book when the tour starts. */
export function waitingFor(title: string): number {
  const { stock = {}, joined = {}, withdrawn } = fourWeeks.find((past) => past.title === title) ?? {}
  if (withdrawn !== undefined) return 0
  const days = Object.keys(stock).map(Number)
  // The latest restock notified all readers who had joined before it.
  const restocked = Math.min(...days.filter((day) => Number(stock[day]) > 0), OPENED)
  return Object.entries(joined)
    .filter(([day]) => Number(day) < restocked)
    .reduce((sum, [, readers]) => sum + readers, 0)
}
