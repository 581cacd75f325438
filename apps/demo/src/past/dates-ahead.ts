const DAY_MS = 86_400_000

const seasons = ['spring', 'summer', 'autumn', 'winter'] as const

/** An expected date, given the time of the demo, so that no date of it becomes past. */
export type DateAhead = (now: Date) => string

/** The day that is this many days ahead; a negative number is a day of the past. */
export function inDays(days: number): DateAhead {
  return (now) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10)
}

/** The month that is this many months ahead. */
export function inMonths(months: number): DateAhead {
  return (now) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months)).toISOString().slice(0, 7)
}

/** The season that is this many seasons ahead. Spring begins in March; a winter has the year of its December. */
export function inSeasons(ahead: number): DateAhead {
  return (now) => {
    const season = now.getUTCFullYear() * seasons.length + Math.floor((now.getUTCMonth() - 2) / 3) + ahead
    return `${Math.floor(season / seasons.length)}-${seasons[season % seasons.length]}`
  }
}
