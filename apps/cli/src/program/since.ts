import { InvalidArgumentError } from 'commander'

const DAY_MS = 86_400_000

/** How far back the server looks at most. */
const MOST_DAYS = 365

/**
 * How many days back something reaches: given so (`7d`), or as the day it begins on (`2026-03-01`) in the machine's time
 * zone. A day that has begun counts as a whole one.
 *
 * @throws InvalidArgumentError
 */
export function parseSince(text: string, now: Date = new Date()): number {
  const days = /^\d{1,4}d$/.test(text) ? Number(text.slice(0, -1)) : daysSince(text, now)
  if (days >= 1 && days <= MOST_DAYS) return days
  throw new InvalidArgumentError(
    `Give days such as 7d, or a date such as 2026-03-01, at most ${MOST_DAYS} days back.`,
  )
}

function daysSince(text: string, now: Date): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return 0
  const midnight = new Date(year, month - 1, day)
  // The 31st of February would silently be a day in March, and the 13th month one of the next year.
  if (midnight.getDate() !== day || midnight.getMonth() !== month - 1) return 0
  return Math.ceil((now.getTime() - midnight.getTime()) / DAY_MS)
}
