/**
 * A count with its noun, in the singular or the plural.
 *
 * @param plural only for a noun whose plural is not formed with `s`
 * @example countOf(2, 'copy', 'copies') // '2 copies'
 */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}
