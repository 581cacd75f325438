const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * A bar whose length is the value's share of `max`, in steps of an eighth of a column. A positive value shows at least
 * the thinnest bar.
 */
export function bar(value: number, max: number, width: number): string {
  if (value <= 0 || max <= 0) return ''
  const length = Math.max(1, Math.round((Math.min(value, max) / max) * width * 8))
  return '█'.repeat(Math.floor(length / 8)) + (eighths[length % 8] ?? '')
}
