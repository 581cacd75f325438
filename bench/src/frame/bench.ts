import type { Figure } from './record.ts'

/** How a run is to be taken. */
export type Setting = {
  /** How often each figure is taken; the median counts. */
  rounds: number
  /** Small sizes and few rounds: shows that everything works, and roughly what it costs. */
  quick: boolean
  /** The most rows that a waitlist or a file is filled with. */
  most: number
  /** Says on standard error what is going on. */
  progress: (text: string) => void
}

/** One figure of the bench, by the name that the command line takes. */
export type Bench = { name: string; about: string; run: (setting: Setting) => Promise<Figure> }
