/** How exactly a date is known. */
export type DatePrecision = 'day' | 'month' | 'season'

/** The days that an expected date covers, such as `2027-03-01` to `2027-03-31`. */
export type ExpectedPeriod = { precision: DatePrecision; firstDay: string; lastDay: string }

/** The first month of each season. A winter begins in December of its year and ends in the next one. */
const seasons: Readonly<Record<string, number>> = { spring: 3, summer: 6, autumn: 9, winter: 12 }

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** The latest date that is accepted, in years from today. The limit catches a wrong digit. */
const MOST_YEARS = 10

/**
 * Parses when a book is expected: a day `2027-03-12`, a month `2027-03` or a season `2027-spring`.
 *
 * @returns the days that it covers; null when it is none of these, or no day of the calendar
 */
export function parseExpectedDate(text: string): ExpectedPeriod | null {
  const [, yearText = '', rest = '', dayText] = /^(\d{4})-([a-z]{6}|\d\d)(?:-(\d\d))?$/.exec(text) ?? []
  const year = Number(yearText)
  if (rest === '' || year === 0) return null
  const firstMonth = seasons[rest]
  if (firstMonth !== undefined) {
    if (dayText !== undefined) return null
    const last = firstMonth === 12 ? { year: year + 1, month: 2 } : { year, month: firstMonth + 2 }
    return period('season', { year, month: firstMonth }, last)
  }
  const month = Number(rest)
  if (!(month >= 1 && month <= 12)) return null
  if (dayText === undefined) return period('month', { year, month }, { year, month })
  const day = Number(dayText)
  return day >= 1 && day <= daysIn(year, month) ? { precision: 'day', firstDay: text, lastDay: text } : null
}

type Month = { year: number; month: number }

function period(precision: DatePrecision, first: Month, last: Month): ExpectedPeriod {
  const text = ({ year, month }: Month) =>
    `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
  return {
    precision,
    firstDay: `${text(first)}-01`,
    lastDay: `${text(last)}-${daysIn(last.year, last.month)}`,
  }
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return isLeap ? 29 : 28
}

/** The precision of an expected date, which follows from its form; null without a date. */
export function precisionOf(expectedOn: string | null): DatePrecision | null {
  return expectedOn === null ? null : (parseExpectedDate(expectedOn)?.precision ?? null)
}

/**
 * Whether an expected date is past: its last day is before today.
 *
 * @param today the day in the time zone of the shop, such as `2026-11-30`
 */
export function isPastDate(expectedOn: string, today: string): boolean {
  const lastDay = parseExpectedDate(expectedOn)?.lastDay
  return lastDay !== undefined && lastDay < today
}

/**
 * What is wrong with a new expected date, for the user; null if nothing is.
 *
 * @param today see {@link isPastDate}
 */
export function expectedDateProblem(expectedOn: string, today: string): string | null {
  const parsed = parseExpectedDate(expectedOn)
  if (parsed === null) return EXPECTED_DATE_FORMS
  if (parsed.lastDay < today) return 'Is in the past. Give a date that is still to come, or none.'
  const latest = `${Number(today.slice(0, 4)) + MOST_YEARS}${today.slice(4)}`
  return parsed.firstDay > latest ? `Must be at most ${MOST_YEARS} years from today.` : null
}

/** The forms of an expected date, for the user. */
export const EXPECTED_DATE_FORMS =
  'Must be a day such as 2027-03-12, a month such as 2027-03, or a season: 2027-spring, 2027-summer, 2027-autumn or 2027-winter.'

/**
 * Formats an expected date for people, in English: `12 March 2027`, `March 2027`, `spring 2027`, `winter 2027/28`.
 *
 * @throws RangeError if it is not an expected date
 */
export function formatExpectedDate(expectedOn: string): string {
  const parsed = parseExpectedDate(expectedOn)
  if (parsed === null) throw new RangeError(`formatExpectedDate: ${EXPECTED_DATE_FORMS}`)
  const [year = '', rest = '', day] = expectedOn.split('-')
  if (rest === 'winter') return `winter ${year}/${parsed.lastDay.slice(2, 4)}`
  const words = [monthNames[Number(rest) - 1] ?? rest, year]
  return (day === undefined ? words : [Number(day), ...words]).join(' ')
}
