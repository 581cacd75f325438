/**
 * A span of time in words, as exact as somebody who waits needs it.
 *
 * @example durationInWords(200) // '3 min 20 s'
 */
export function durationInWords(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
