import { inBatches, type ImportedBook, type ReadFileRow } from '@prebook/book-files'
import { CommandError } from '../program/command-error.ts'
import { countOf } from '../terminal/plural.ts'
import { confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import type { Outcome } from './import-tally.ts'

/**
 * Asks before an import that withdraws titles for which readers wait. It tries the rows with an availability first.
 *
 * @throws CommandError `usage` when it cannot ask, `cancelled` on no
 */
export async function confirmWithdrawals(
  file: string,
  options: { yes?: boolean; json?: boolean },
  readRows: () => Promise<AsyncIterable<ReadFileRow>>,
  tryRows: (rows: ImportedBook[]) => Promise<{ outcomes: Outcome[] }>,
): Promise<void> {
  if (file === '-')
    throw new CommandError(
      'usage',
      'Cannot ask for confirmation of withdrawals when the file is standard input.',
      { remedy: 'Add --yes to confirm the change, or --dry-run to see it.' },
    )
  const found = { titles: 0, readers: 0 }
  for await (const batch of inBatches(await readRows())) {
    const rows = batch.flatMap(({ read }) => {
      if (!('row' in read) || read.row.availability === undefined) return []
      // Rows before it may add the successor.
      const { successor: _, ...row } = read.row
      return [row]
    })
    if (rows.length === 0) continue
    for (const outcome of (await tryRows(rows)).outcomes) {
      if (outcome.outcome === 'invalid' || outcome.cancelled === null || outcome.cancelled === 0) continue
      found.titles += 1
      found.readers += outcome.cancelled
    }
  }
  if (found.titles === 0) return
  requireConfirmation(options)
  await confirm(
    `Withdraw ${countOf(found.titles, 'title')} and tell ${countOf(found.readers, 'reader')} that they will not come?`,
  )
}
