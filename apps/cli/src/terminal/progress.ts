import { styleText } from 'node:util'
import { bar } from './bar.ts'
import { formatDuration } from './duration.ts'
import { printInfo, terminalWidth } from './output.ts'
import { textWidth, truncate } from './text-width.ts'

/** The state of a long operation. */
export type Step = {
  /** The finished part, such as `1200 rows`. */
  done: string
  /** The number of finished items, from which the rate is computed. Omit it to show no rate. */
  count?: number
  /** The finished share, from 0 to 1; null when the total is unknown. */
  share: number | null
}

/** A progress line at the bottom of the terminal. Without a terminal, a line every 10 seconds. */
export type Progress = Disposable & {
  show(step: Step): void
  /** Writes other output above the line. */
  writeAbove(write: () => void): void
  /** Writes a note to standard error, above the line. */
  info(sentence: string): void
}

const BAR_WIDTH = 20
const REDRAW_AFTER_MS = 100

/** How often a line is written where it cannot be redrawn, such as into a log. */
const LINE_AFTER_MS = 10_000
const CLEAR_LINE = '\r\u001b[K'

/** Runs a piece of work with a progress line, which is closed at its end. */
export async function withProgress<T>(
  title: string,
  options: { json?: boolean },
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  using progress = openProgress(title, options)
  return await work(progress)
}

/**
 * Opens a progress line on standard error.
 *
 * @param title the operation in a word or two, such as `Importing`
 */
export function openProgress(title: string, options: { json?: boolean }): Progress {
  const visible = process.stderr.isTTY && options.json !== true && process.env['TERM'] !== 'dumb'
  const start = performance.now()
  let line = ''
  let drawn = visible ? -Infinity : start
  const write = (text: string) => void (visible && process.stderr.write(text))
  const writeAbove = (writeOther: () => void) => {
    if (line !== '') write(CLEAR_LINE)
    writeOther()
    if (line !== '') write(line)
  }
  return {
    show(step) {
      if (performance.now() - drawn < (visible ? REDRAW_AFTER_MS : LINE_AFTER_MS)) return
      drawn = performance.now()
      const elapsed = (drawn - start) / 1000
      if (!visible) {
        printInfo([title, ...figuresOf(step, elapsed)].join('  '))
        return
      }
      // One column less than the terminal has: some terminals wrap after a full line.
      line = progressLine(title, step, elapsed, terminalWidth(process.stderr) - 1)
      write(CLEAR_LINE + line)
    },
    writeAbove,
    info: (sentence) => writeAbove(() => printInfo(sentence)),
    [Symbol.dispose]() {
      if (line !== '') write(CLEAR_LINE)
      line = ''
    },
  }
}

/**
 * The progress line, with bar, rate and time left when they are known and fit.
 *
 * @param elapsed seconds since the start
 * @param width in columns
 */
export function progressLine(title: string, step: Step, elapsed: number, width: number): string {
  const { share } = step
  const figures = figuresOf(step, elapsed)
  const words = [title, ...figures].join('  ')
  if (share === null || textWidth(words) + BAR_WIDTH + 2 > width) return truncate(words, width)
  const filled = bar(share, 1, BAR_WIDTH)
  const rest = ' '.repeat(BAR_WIDTH - textWidth(filled))
  return [title, styleText('cyan', filled, { stream: process.stderr }) + rest, ...figures].join('  ')
}

/** Share, count, rate and time left, as far as they are known. */
function figuresOf({ share, count, done }: Step, elapsed: number): string[] {
  const rate = count === undefined || elapsed <= 0 ? [] : [`${Math.round(count / elapsed)}/s`]
  const left = share === null || share <= 0 ? [] : [`${formatDuration((elapsed / share) * (1 - share))} left`]
  const percent = share === null ? [] : [`${Math.floor(share * 100)} %`.padStart(5)]
  return [...percent, [done, ...rate, ...left].join(', ')]
}
