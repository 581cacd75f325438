// oxlint-disable no-restricted-globals -- Date only converts here: the time is a parameter of every function

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** No clock has ever been further from UTC than 15 h 14 min (Manila in 1844, tz database). In hours. */
const FURTHEST_OFFSET = 16

/**
 * Whether a text is the name of a time zone that this machine knows, such as `Europe/Berlin`. An offset such as `+02:00` is none:
 * it does not know when summer time begins.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/**
 * The day that is some days before another one in the calendar.
 *
 * @param day a day such as `2026-11-30`
 */
export function dayBefore(day: string, days: number): string {
  return calendarOf('UTC')(Date.parse(day) - days * DAY_MS)
}

/**
 * Creates the function that returns the calendar day in a time zone, such as `2026-11-30`, at a time in milliseconds UTC.
 *
 * @param timeZone a name of the IANA database, such as `Europe/Berlin`
 * @throws RangeError if it is unknown
 */
export function calendarOf(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]))
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
  }
}

/**
 * The first instant of a calendar day in a time zone, in milliseconds UTC. That is midnight, unless the clocks skip it: where
 * summer time begins at midnight, the day begins at 01:00. A day that a zone skipped as a whole, such as 2011-12-30 in
 * Pacific/Apia, begins with the next one.
 *
 * @param day a day such as `2026-11-28`
 * @param timeZone a name of the IANA database, such as `Europe/Berlin`
 * @throws RangeError if the zone is unknown
 */
export function startOfDay(day: string, timeZone: string): number {
  const clock = clockOf(timeZone)
  const midnight = Date.parse(day)
  // The clock runs straight between two changes, so midnight is found with the offsets of the hours around it.
  const hours = Array.from(
    { length: 2 * FURTHEST_OFFSET + 1 },
    (_, hour) => midnight + (hour - FURTHEST_OFFSET) * HOUR_MS,
  )
  const offsets = new Set(hours.map((hour) => clock(hour) - hour))
  const midnights = [...offsets].map((offset) => midnight - offset).filter((time) => clock(time) === midnight)
  if (midnights.length > 0) return Math.min(...midnights)
  // The clocks skip midnight. Then the day begins when they change.
  let late = hours.find((hour) => clock(hour) > midnight) ?? midnight
  let early = late - HOUR_MS
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (clock(middle) > midnight) late = middle
    else early = middle
  }
  return late
}

/** Creates the function that returns what the clocks of a time zone show at a time, as if it were UTC. Both in milliseconds. */
function clockOf(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]))
    const read = (part: Intl.DateTimeFormatPartTypes) => Number(parts.get(part))
    return (
      Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second')) +
      // What a time has of a second, also before 1970.
      (((time % 1_000) + 1_000) % 1_000)
    )
  }
}
