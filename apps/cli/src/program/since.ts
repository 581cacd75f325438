import { limits } from '@prebook/client/limits'
import { InvalidArgumentError } from 'commander'

/** From when joins count as recent: so many days of 24 hours, or a calendar day of the shop, such as `2026-03-01`. */
export type Since = { days: number } | { since: string }

/**
 * Parses the start of a period: `7d`, or its first day (`2026-03-01`). The server knows the time zone of the shop, so it decides when
 * that day began, and which days it reports on.
 *
 * @throws InvalidArgumentError
 */
export function parseSince(text: string): Since {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return { since: text }
  const days = /^\d{1,4}d$/.test(text) ? Number(text.slice(0, -1)) : 0
  if (days >= 1 && days <= limits.demandDays.max) return { days }
  throw new InvalidArgumentError(
    `Use a number of days such as 7d, at most ${limits.demandDays.max}d, or a date such as 2026-03-01.`,
  )
}
