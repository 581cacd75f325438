const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' })
const dayAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** Formats an ISO 8601 time as a day in the reader's time zone. */
export function onDay(time: string): string {
  return day.format(new Date(time))
}

/** Formats an ISO 8601 time as a day and time in the reader's time zone. */
export function atTime(time: string): string {
  return dayAndTime.format(new Date(time))
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
/** Units, longest first, with their length in milliseconds. */
const units = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/**
 * Formats an ISO 8601 time relative to now: `5 minutes ago`. Less than a minute in either direction is `just now`, because
 * the clocks of readers and the server differ.
 *
 * @param now milliseconds UTC
 */
export function ago(time: string, now: number): string {
  const passed = now - new Date(time).getTime()
  const unit = units.find(([, length]) => Math.abs(passed) >= length)
  return unit === undefined ? 'just now' : relative.format(-Math.round(passed / unit[1]), unit[0])
}
