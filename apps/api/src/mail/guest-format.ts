import { COUNT_CAP, parseExpectedDate, type CappedCount, type Locale } from '@prebook/core'
import type { GuestTexts } from './guest-texts/index.ts'

/** Writes numbers and dates for the readers of a language. */
export type GuestFormat = {
  /** A place in the queue, such as `7` or `1,000+`. */
  place: (count: CappedCount) => string
  /** A time in ISO 8601, as its day for the shop. */
  day: (time: string) => string
  /** An expected date, such as `12 March 2027`, `March 2027` or `spring 2027`. */
  expected: (date: string) => string
}

/** Creates the format for a language. `timeZone` is that of the shop, a name of the IANA database. */
export function createGuestFormat(locale: Locale, { seasons }: GuestTexts, timeZone: string): GuestFormat {
  return {
    place: (count) =>
      typeof count === 'number' ? count.toLocaleString(locale) : `${COUNT_CAP.toLocaleString(locale)}+`,
    day: (time) => new Date(time).toLocaleDateString(dateLocale(locale), { dateStyle: 'long', timeZone }),
    expected(date) {
      const { precision, firstDay, lastDay } = parseExpectedDate(date) ?? noPeriod(date)
      if (precision !== 'season') return daysText(locale, precision, firstDay)
      const [year = '', season = ''] = date.split('-')
      const years = season === 'winter' ? `${year}/${lastDay.slice(2, 4)}` : year
      return `${Object.entries(seasons).find(([name]) => name === season)?.[1] ?? season} ${years}`
    },
  }
}

function daysText(locale: Locale, precision: 'day' | 'month', firstDay: string): string {
  const monthOnly = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  const parts = precision === 'day' ? ({ ...monthOnly, day: 'numeric' } as const) : monthOnly
  return new Date(firstDay).toLocaleDateString(dateLocale(locale), parts)
}

function noPeriod(date: string): never {
  throw new RangeError(`No expected date: ${date}`)
}

/** English dates are written as everywhere in the shop: `12 March 2027`. */
function dateLocale(locale: Locale): string {
  return locale === 'en' ? 'en-GB' : locale
}
