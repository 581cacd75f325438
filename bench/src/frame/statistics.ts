/** The value below which the given share of the values lies, between neighbours in proportion; NaN of none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** The middle of the values, or the mean of the two in the middle; NaN of none. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** A median and the quartiles around it: half of the values lie between them. */
export type Spread = { median: number; low: number; high: number }

/** How the values lie. */
export function spread(values: number[]): Spread {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) }
}
