import { dayBefore, startOfDay } from './calendar.ts'
import { invalid } from './errors.ts'
import { limits } from './limits.ts'

const DAY_MS = 86_400_000

/** The time in which a reader who joined a waitlist counts as recent. Times are in milliseconds UTC. */
export type DemandPeriod = {
  /** When it begins. */
  from: number
  /** When it ends: now. */
  now: number
  /** The days of 24 hours that it touches, counted back from now. The first one may begin before `from`. */
  days: number
}

/**
 * The period that a report on demand covers: so many days of 24 hours, by default 7, or from the beginning of a calendar day in the
 * time zone of the shop.
 *
 * @param asked.since a day such as `2026-11-28`
 * @param shop.today the day in the time zone of the shop
 * @throws PrebookError `VALIDATION_ERROR` for a day in the future, or longer ago than `limits.demandDays.max`
 */
export function demandPeriod(
  asked: { days?: number | undefined; since?: string | undefined },
  shop: { now: number; today: string; timeZone: string },
): DemandPeriod {
  const { now, today, timeZone } = shop
  if (asked.since === undefined) {
    const days = asked.days ?? limits.demandDays.default
    return { from: now - days * DAY_MS, now, days }
  }
  // Days of this form are in the order of their texts.
  if (asked.since > today)
    throw invalid('since', `Must not be in the future: in the time zone of the shop, today is ${today}.`)
  const earliest = dayBefore(today, limits.demandDays.max)
  if (asked.since < earliest)
    throw invalid('since', `Must be ${earliest} or later: at most ${limits.demandDays.max} days ago.`)
  const from = startOfDay(asked.since, timeZone)
  return { from, now, days: Math.max(1, Math.ceil((now - from) / DAY_MS)) }
}
