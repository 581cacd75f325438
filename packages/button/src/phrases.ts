import type { CappedCount, Locale } from '@prebook/core'
import { fill, texts } from './texts.ts'

/** How many readers wait, as a sentence without a full stop. Null if none does. */
export function waitingText(waiting: CappedCount, locale: Locale): string | null {
  const { waiting: plural, manyWaiting, format: tag } = texts[locale]
  const format = (count: number) => new Intl.NumberFormat(tag).format(count)
  if (typeof waiting !== 'number') return fill(manyWaiting, { count: format(Number.parseInt(waiting, 10)) })
  if (waiting === 0) return null
  const category = new Intl.PluralRules(locale).select(waiting)
  return fill(plural[category] ?? plural.other, { count: format(waiting) })
}

/** When a book is due: a day `2027-03-12`, a month `2027-03` or a season `2027-spring`. Null if it is none of these. */
export function dueText(expectedOn: string | null, locale: Locale): string | null {
  const [, year = '', rest = '', day] = /^(\d{4})-(\d\d|[a-z]+)(?:-(\d\d))?$/.exec(expectedOn ?? '') ?? []
  const { dueOnDay, dueInMonth, dueInSeason, format: tag } = texts[locale]
  if (isSeason(rest)) {
    return fill(dueInSeason[rest], { year, next: String(Number(year) + 1).slice(2) })
  }
  const date = new Date(`${year}-${rest}-${day ?? '01'}T00:00Z`)
  if (Number.isNaN(date.getTime())) return null
  const format = new Intl.DateTimeFormat(tag, {
    ...(day === undefined ? {} : { day: 'numeric' }),
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return fill(day === undefined ? dueInMonth : dueOnDay, { date: format.format(date) })
}

function isSeason(text: string): text is 'spring' | 'summer' | 'autumn' | 'winter' {
  return Object.hasOwn(texts.en.dueInSeason, text)
}
