import type { Figure } from './record.ts'

/** The settings of a run. */
export type Setting = {
  /** How many times each figure is taken; the median counts. */
  rounds: number
  /** Small sizes and few rounds: shows that everything works, with rough figures. */
  quick: boolean
  /** The largest number of rows in a waitlist or a file. */
  most: number
  /** Reports progress on standard error. */
  progress: (text: string) => void
}

/** One figure of the bench, with its name on the command line. */
export type Bench = { name: string; about: string; run: (setting: Setting) => Promise<Figure> }
