/**
 * Ticks of an axis: two to five round whole numbers from 0, evenly spaced, the last at or above `max`.
 *
 * @param max the largest value, 0 or more
 */
export function ticksUpTo(max: number): number[] {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(max, 1))) - 1)
  const steps = [1, 2, 5, 10, 20, 50].map((factor) => factor * magnitude)
  const step = steps.find((size) => Math.ceil(max / size) <= 4) ?? 50 * magnitude
  const count = Math.max(1, Math.ceil(max / step))
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}

/** Shortens a text to fit a width in pixels, with an ellipsis. */
export function fitText(text: string, pixels: number): string {
  // 7.6 px: average width of a letter of the sans font at 14 px, with some slack.
  const letters = Math.max(4, Math.floor(pixels / 7.6))
  const all = Array.from(text)
  return all.length <= letters
    ? text
    : `${all
        .slice(0, letters - 1)
        .join('')
        .trimEnd()}…`
}
