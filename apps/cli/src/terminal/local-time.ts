/** An API time in the local time zone, to the second: `2026-03-01 10:30:00`. */
export function localTime(iso: string): string {
  const time = new Date(iso)
  return `${localDate(iso)} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`
}

/** An API time in the local time zone, to the minute: `2026-03-01 10:30`. */
export function localMinute(iso: string): string {
  return localTime(iso).slice(0, -3)
}

/** The date of an API time in the local time zone: `2026-03-01`. */
export function localDate(iso: string): string {
  const time = new Date(iso)
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-')
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
