const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' })
const dayAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** A day in the reader's time zone, from the API's ISO 8601. */
export function onDay(time: string): string {
  return day.format(new Date(time))
}

/** A day and the time of day in the reader's time zone, from the API's ISO 8601. */
export function atTime(time: string): string {
  return dayAndTime.format(new Date(time))
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
/** Units from the longest, each with its length in milliseconds. */
const units = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/**
 * How long ago something was, from the API's ISO 8601: `5 minutes ago`. What is less than a minute away in either
 * direction is `just now`: clocks of readers and of the shop differ.
 *
 * @param now milliseconds UTC
 */
export function ago(time: string, now: number): string {
  const passed = now - new Date(time).getTime()
  const unit = units.find(([, length]) => Math.abs(passed) >= length)
  return unit === undefined ? 'just now' : relative.format(-Math.round(passed / unit[1]), unit[0])
}
