import type { StockColumn } from '@prebook/book-files'
import type { FileOptions } from '../files/file-options.ts'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { createRetryingCall } from '../shipment/retrying-call.ts'
import { applyStockList, startStockListTally, type StockListTally } from '../stock-list/apply-stock-list.ts'
import { printPlan, printReading } from '../stock-list/describe-stock-list.ts'
import { writeDriftReport } from '../stock-list/drift-report.ts'
import { suspicionsOf } from '../stock-list/guard.ts'
import {
  planStockList,
  sumsOf,
  type StockListPlan,
  type StockListSums,
} from '../stock-list/plan-stock-list.ts'
import { readStockList, type StockList } from '../stock-list/read-stock-list.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { canPrompt, printInfo, printJson, printSentence, printWarning } from '../terminal/output.ts'
import { countOf } from '../terminal/plural.ts'
import { withProgress, type Progress } from '../terminal/progress.ts'
import { confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'

export type StockImportOptions = GlobalOptions &
  FileOptions<StockColumn> & {
    dryRun?: boolean
    yes?: boolean
    yesReally?: boolean
    report?: string
    force?: boolean
  }

const SAFE_TO_REPEAT = 'It is safe to run the same command again: what is set already does not change.'

/**
 * `prebook stock import`: sets the stock of the books in a list to the copies that the list has, after a preview. Books that the list
 * does not name keep their stock.
 *
 * @throws CommandError `usage` when the file is invalid or a confirmation is missing, `failed` after refused lines, `cancelled` on
 *   Ctrl-C
 */
export async function stockImport(file: string, options: StockImportOptions): Promise<void> {
  const isConfirmed = options.yes === true || options.yesReally === true
  if (options.dryRun !== true) requireConfirmation({ ...options, yes: isConfirmed })
  const connection = await connect(options)
  const list = await readStockList(file, options)
  const plan = await withProgress('Comparing', options, (progress) =>
    planStockList(createRetryingCall(connection, progress, new AbortController().signal), list, (done) =>
      showDone(progress, done, list.lines.length),
    ),
  )
  const sums = sumsOf(plan)
  const isText = options.json !== true
  if (isText) {
    printReading(list)
    printPlan(plan, sums)
  }
  if (options.report !== undefined)
    await writeDriftReport(options.report, plan, { force: options.force === true })

  const tally = startStockListTally()
  const report = (complete: boolean) => printReport({ list, plan, sums, tally, complete }, options)
  if (options.dryRun === true || sums.changed === 0) {
    if (isText && options.dryRun === true) printInfo('Dry run: nothing was changed.')
    report(true)
    return failIfRefused(plan, tally)
  }
  await confirmList(sums, options)
  try {
    await withProgress('Setting', options, async (progress) => {
      using interruption = listenForInterruption(
        (sentence) => progress.info(sentence),
        () => describeInterrupted(tally),
      )
      const call = createRetryingCall(connection, progress, interruption.signal)
      const onProgress = (done: number) => showDone(progress, done, sums.changed)
      await applyStockList(call, { lines: plan.lines, file }, tally, onProgress, interruption.signal)
      if (interruption.signal.aborted && tally.set + tally.refused.length < sums.changed)
        throw new CommandError('cancelled', 'Interrupted.')
    })
  } catch (error) {
    // A rejected request changed nothing. Only without a response is the outcome unknown.
    if (!(error instanceof NetworkError)) tally.pending = false
    report(false)
    printInfo(describeInterrupted(tally))
    throw error
  }
  report(true)
  failIfRefused(plan, tally)
}

function showDone(progress: Progress, done: number, of: number): void {
  progress.show({ done: `${done} of ${countOf(of, 'line')}`, count: done, share: of === 0 ? 1 : done / of })
}

/**
 * Asks before the list is applied, and once more if it looks wrong.
 *
 * @throws CommandError `usage` when it looks wrong and there is no terminal to ask; `cancelled`
 */
async function confirmList(sums: StockListSums, options: StockImportOptions): Promise<void> {
  const suspicions = options.yesReally === true ? [] : suspicionsOf(sums)
  if (suspicions.length > 0 && !canPrompt(options)) {
    throw new CommandError('usage', 'The list looks like a wrong file or column. Nothing was changed.', {
      items: suspicions,
      remedy: 'Check it with --dry-run and --report. If it is right, add --yes-really.',
    })
  }
  if (options.yes !== true && options.yesReally !== true) {
    const readers = sums.wouldNotify === 0 ? '' : ` and notify ${countOf(sums.wouldNotify, 'reader')}`
    await confirm(`Set the stock of ${countOf(sums.changed, 'title')}${readers}?`)
  }
  if (suspicions.length === 0) return
  for (const suspicion of suspicions) printWarning(suspicion)
  await confirm('This may be a wrong file or column. Is the list right?')
}

function describeInterrupted({ set, pending }: StockListTally): string {
  const unknown = pending ? ['It is unknown whether some of the next ones were.'] : []
  return [`The stock of ${countOf(set, 'title')} was set.`, ...unknown, SAFE_TO_REPEAT].join(' ')
}

type Result = {
  list: StockList
  plan: StockListPlan
  sums: StockListSums
  tally: StockListTally
  complete: boolean
}

function printReport(
  { list, plan, sums, tally, complete }: Result,
  { json, dryRun }: StockImportOptions,
): void {
  if (json === true) {
    const changes = plan.lines.filter(({ before, after }) => before !== after)
    const refused = [...plan.refused, ...tally.refused]
    const { set, notified } = tally
    const { repairs } = list
    return printJson({ changes, refused, repairs, ...sums, set, notified, dryRun: dryRun === true, complete })
  }
  for (const { line, problem } of tally.refused) printWarning(`Line ${line}: ${problem}`)
  if (dryRun !== true && sums.changed > 0)
    printSentence(
      `The stock of ${countOf(tally.set, 'title')} was set, ${countOf(tally.notified, 'reader')} notified.`,
    )
}

function failIfRefused(plan: StockListPlan, tally: StockListTally): void {
  const refused = plan.refused.length + tally.refused.length
  if (refused === 0) return
  const was = refused === 1 ? 'was' : 'were'
  throw new CommandError('failed', `${countOf(refused, 'line')} of the list ${was} refused.`, {
    remedy: `Correct the lines. ${SAFE_TO_REPEAT}`,
  })
}
