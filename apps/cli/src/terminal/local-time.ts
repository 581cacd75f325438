/** A time from the API, to the second and in the machine's time zone: `2026-03-01 10:30:00`. */
export function localTime(iso: string): string {
  const time = new Date(iso)
  return `${localDate(iso)} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`
}

/** The day of a time from the API in the machine's time zone: `2026-03-01`. */
export function localDate(iso: string): string {
  const time = new Date(iso)
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-')
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
