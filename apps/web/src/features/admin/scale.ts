/**
 * The marks of an axis from 0 on: whole, round numbers at even distances, the last at or above `most`. Two to five of them.
 *
 * @param most the largest value, 0 or more
 */
export function marksUpTo(most: number): number[] {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(most, 1))) - 1)
  const steps = [1, 2, 5, 10, 20, 50].map((factor) => factor * magnitude)
  const step = steps.find((size) => Math.ceil(most / size) <= 4) ?? 50 * magnitude
  const count = Math.max(1, Math.ceil(most / step))
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}

/** A line of lettering, shortened to what fits into so many pixels. */
export function fitted(text: string, pixels: number): string {
  // What a letter of the shop's sans takes at 14 pixels, on average and with some room.
  const letters = Math.max(4, Math.floor(pixels / 7.6))
  const all = Array.from(text)
  return all.length <= letters
    ? text
    : `${all
        .slice(0, letters - 1)
        .join('')
        .trimEnd()}…`
}
