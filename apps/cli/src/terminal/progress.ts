import { styleText } from 'node:util'
import { bar } from './bar.ts'
import { durationInWords } from './duration.ts'
import { remark, terminalWidth } from './output.ts'
import { textWidth, truncate } from './text-width.ts'

/** How far a long piece of work is. */
export type Step = {
  /** What is done, such as `1200 rows`. */
  done: string
  /** How many of it, for the rate; left out, no rate is shown. */
  count?: number
  /** The share that is done, from 0 to 1; null when nobody knows how much there is. */
  share: number | null
}

/** A line at the foot of the terminal that says how far it is. Where there is no terminal, nothing is shown. */
export type Progress = Disposable & {
  show(step: Step): void
  /** Writes something else: the line makes room and comes back below it. */
  aside(write: () => void): void
  /** A remark on standard error beside the line. */
  remark(sentence: string): void
}

const BAR_WIDTH = 20
const REDRAW_AFTER_MS = 100
const CLEAR_LINE = '\r\u001b[K'

/**
 * Opens a progress line on standard error.
 *
 * @param title what goes on, in a word
 */
export function openProgress(title: string, options: { json?: boolean }): Progress {
  const visible = process.stderr.isTTY && options.json !== true && process.env['TERM'] !== 'dumb'
  const start = performance.now()
  let line = ''
  let drawn = -Infinity
  const write = (text: string) => void (visible && process.stderr.write(text))
  const aside = (other: () => void) => {
    if (line !== '') write(CLEAR_LINE)
    other()
    if (line !== '') write(line)
  }
  return {
    show(step) {
      if (!visible || performance.now() - drawn < REDRAW_AFTER_MS) return
      drawn = performance.now()
      const elapsed = (drawn - start) / 1000
      // One column less than there are: a full line makes some terminals begin a new one.
      line = progressLine(title, step, elapsed, terminalWidth(process.stderr) - 1)
      write(CLEAR_LINE + line)
    },
    aside,
    remark: (sentence) => aside(() => remark(sentence)),
    [Symbol.dispose]() {
      if (line !== '') write(CLEAR_LINE)
      line = ''
    },
  }
}

/** The line after so many seconds: with a bar, rate and time left where they are known and fit the width. */
export function progressLine(title: string, step: Step, elapsed: number, width: number): string {
  const { share, count, done } = step
  const rate = count === undefined || elapsed <= 0 ? [] : [`${Math.round(count / elapsed)}/s`]
  const left =
    share === null || share <= 0 ? [] : [`${durationInWords((elapsed / share) * (1 - share))} left`]
  const percent = share === null ? [] : [`${Math.floor(share * 100)} %`.padStart(5)]
  const figures = [...percent, [done, ...rate, ...left].join(', ')]
  const words = [title, ...figures].join('  ')
  if (share === null || textWidth(words) + BAR_WIDTH + 2 > width) return truncate(words, width)
  const filled = bar(share, 1, BAR_WIDTH)
  const rest = ' '.repeat(BAR_WIDTH - textWidth(filled))
  return [title, styleText('cyan', filled, { stream: process.stderr }) + rest, ...figures].join('  ')
}
