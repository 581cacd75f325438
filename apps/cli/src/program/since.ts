import { InvalidArgumentError } from 'commander'

const DAY_MS = 86_400_000

/** The longest period that the server reports on, in days. */
const MAX_DAYS = 365

/**
 * Parses the start of a period into a number of days: `7d`, or the first day (`2026-03-01`) in the local time zone. A
 * started day counts in full.
 *
 * @throws InvalidArgumentError
 */
export function parseSince(text: string, now: Date = new Date()): number {
  const days = /^\d{1,4}d$/.test(text) ? Number(text.slice(0, -1)) : daysSince(text, now)
  if (days >= 1 && days <= MAX_DAYS) return days
  throw new InvalidArgumentError(
    `Use a number of days such as 7d, or a date such as 2026-03-01, at most ${MAX_DAYS} days ago.`,
  )
}

function daysSince(text: string, now: Date): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return 0
  const midnight = new Date(year, month - 1, day)
  // Date would silently turn 31 February into a day in March, and month 13 into the next year.
  if (midnight.getDate() !== day || midnight.getMonth() !== month - 1) return 0
  return Math.ceil((now.getTime() - midnight.getTime()) / DAY_MS)
}
