/** The quantile for a share from 0 to 1, interpolated between neighbours; NaN for no values. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)] ?? Number.NaN
  const high = sorted[Math.ceil(position)] ?? Number.NaN
  return low + (high - low) * (position - Math.floor(position))
}

/** The median; NaN for no values. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** The median and the two quartiles. */
export type Spread = { median: number; low: number; high: number }

export function spread(values: number[]): Spread {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) }
}
