/** A column of a figure. */
export type Measure = {
  name: string
  /** Whether a higher or a lower value is better. */
  better: 'more' | 'less'
  /** Digits shown after the decimal point. */
  digits: number
}

/** Identifies a row of a figure. */
export type FigureKey = {
  /** What was measured: `tRPC`, `bare Hono route`. */
  variant: string
  /** The conditions: `64 clients`, `1,000,000 waiting`. */
  at: string
}

/** One variant under one set of conditions. `values` has one value per round, by the name of the measure. */
export type Row = FigureKey & {
  values: Record<string, number[]>
  /** The row of the same run that this one is compared with. */
  baseline?: FigureKey
}

/** The rows of one table. */
export type Figure = {
  name: string
  title: string
  /** How it was measured, and what the columns mean. */
  about: string
  /** Ratios are computed from the first one. */
  measures: Measure[]
  rows: Row[]
  /** What was not measured, and why. */
  skipped?: string[]
}

/** The machine, as far as figures depend on it. Nothing here identifies it. */
export type Machine = {
  cpu: string
  cores: number
  memoryGb: number
  system: string
  node: string
  sqlite: string
  postgres: string | null
  /** Whether servers and load generator ran on separate cores. */
  pinned: boolean
}

/** A run, as it is stored. */
export type BenchRecord = {
  takenAt: string
  commit: string | null
  quick: boolean
  rounds: number
  machine: Machine
  figures: Figure[]
}

/** The row with a key, or undefined. */
export function rowAt(figure: Figure, { variant, at }: FigureKey): Row | undefined {
  return figure.rows.find((row) => row.variant === variant && row.at === at)
}
