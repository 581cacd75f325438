/** What a row has a column for. */
export type Measure = {
  name: string
  /** Whether more of it is good or less. */
  better: 'more' | 'less'
  /** How many digits are shown after the point. */
  digits: number
}

/** Which row of a figure. */
export type FigureKey = {
  /** What was measured: `tRPC`, `bare Hono route`. */
  way: string
  /** Under which conditions: `64 clients`, `1,000,000 waiting`. */
  at: string
}

/** One way under one set of conditions: for each measure by its name, a value of each round. */
export type Row = FigureKey & {
  values: Record<string, number[]>
  /** The floor or yardstick that stands beside it, in the same run. */
  beside?: FigureKey
}

/** What belongs in one table. */
export type Figure = {
  name: string
  title: string
  /** What the columns mean and how it was measured. */
  about: string
  /** The first is what ratios are made of. */
  measures: Measure[]
  rows: Row[]
  /** What could not be measured on this machine, and why. */
  skipped?: string[]
}

/** The machine, as far as figures depend on it; nothing that names it. */
export type Machine = {
  cpu: string
  cores: number
  memoryGb: number
  system: string
  node: string
  sqlite: string
  postgres: string | null
  /** Whether servers and load generator had cores of their own. */
  pinned: boolean
}

/** A run, as it is kept. */
export type BenchRecord = {
  takenAt: string
  commit: string | null
  quick: boolean
  rounds: number
  machine: Machine
  figures: Figure[]
}

/** The row at a place, or undefined. */
export function rowAt(figure: Figure, { way, at }: FigureKey): Row | undefined {
  return figure.rows.find((row) => row.way === way && row.at === at)
}
