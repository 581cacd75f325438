const DAY_MS = 86_400_000

/** The dates of days, each with the `T` that follows it. A list shows few different ones, and formatting one takes a while. */
const dates = new Map<number, string>()
const MOST_DATES = 1_000

/** Formats milliseconds UTC as ISO 8601, the format of every API. Gives what `Date.toISOString` gives, several times as fast. */
export function isoTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY_MS)
  const date = dates.get(day) ?? remember(day)
  const inDay = milliseconds - day * DAY_MS
  const seconds = Math.floor(inDay / 1_000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return `${date}${two(hours)}:${two(minutes % 60)}:${two(seconds % 60)}.${two(Math.floor((inDay % 1_000) / 10))}${inDay % 10}Z`
}

/** Like {@link isoTime}, for a time that may be null. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds)
}

function remember(day: number): string {
  const date = new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length)
  if (dates.size >= MOST_DATES) dates.clear()
  dates.set(day, date)
  return date
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}
