/** The choices reach this many years ahead: publishers announce no book earlier. */
const YEARS = 3

const seasons = ['spring', 'summer', 'autumn', 'winter'] as const
/** Month of the year in which spring begins: March, counted from 0. */
const SPRING = 2

/** The months from this one on, as `books.expect` takes them: `2027-03`. */
export function monthChoices(now: Date): string[] {
  return Array.from({ length: YEARS * 12 }, (_, index) => {
    const month = now.getMonth() + index
    return `${now.getFullYear() + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

/** The seasons from this one on, as `books.expect` takes them: `2027-spring`. A winter has the year of its December. */
export function seasonChoices(now: Date): string[] {
  const current = now.getFullYear() * seasons.length + Math.floor((now.getMonth() - SPRING) / 3)
  return Array.from({ length: YEARS * seasons.length }, (_, index) => {
    const season = current + index
    return `${Math.floor(season / seasons.length)}-${seasons[season % seasons.length]}`
  })
}
