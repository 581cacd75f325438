import { writeFile } from 'node:fs/promises'
import { csvLine, UTF8_MARK, type Cell } from '@prebook/book-files'
import { CommandError } from '../program/command-error.ts'
import type { StockListPlan } from './plan-stock-list.ts'

const HEADER = ['line', 'isbn', 'title', 'stock_before', 'stock_after', 'difference', 'notifies', 'problem']

/**
 * Writes the lines in which a list differs from the stock, and those that are refused, as CSV in the order of the list.
 *
 * @throws CommandError `usage` when the file exists and may not be replaced, or cannot be written
 */
export async function writeDriftReport(
  file: string,
  plan: StockListPlan,
  { force }: { force: boolean },
): Promise<void> {
  try {
    await writeFile(file, driftReport(plan), { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new CommandError('usage', `${file} ${exists ? 'exists already' : 'cannot be written'}.`, {
      remedy: exists
        ? 'Name another file for --report, or add --force to replace it. Nothing was changed.'
        : 'Name another file for --report. Nothing was changed.',
      cause: error,
    })
  }
}

function driftReport({ lines, refused }: StockListPlan): string {
  const drifted = lines
    .filter(({ before, after }) => before !== after)
    .map(({ line, isbn, title, before, after, wouldNotify }) => ({
      line,
      cells: [line, isbn, title, before, after, after - before, wouldNotify, null] as Cell[],
    }))
  const problems = refused.map(({ line, isbn, problem }) => ({
    line,
    cells: [line, isbn, null, null, null, null, null, problem] as Cell[],
  }))
  const rows = [...drifted, ...problems].toSorted((a, b) => a.line - b.line)
  return UTF8_MARK + [HEADER, ...rows.map(({ cells }) => cells)].map(csvLine).join('')
}
