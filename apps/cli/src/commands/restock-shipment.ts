import type { StockColumn } from '@prebook/book-files'
import type { FileOptions } from '../files/file-options.ts'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { countOf } from '../terminal/plural.ts'
import { createRetryingCall, type Call } from '../shipment/retrying-call.ts'
import { countTitle, type CountedLine } from '../shipment/count-title.ts'
import {
  copiesOfTitles,
  shipmentSummary,
  shipmentSums,
  describeInterruptedShipment,
  reportLines,
  startShipmentTally,
  type ShipmentTally,
} from '../shipment/shipment-tally.ts'
import { planSums, printPlan, printTitle, problemsOf } from '../shipment/describe-shipment.ts'
import {
  hasLinesToCount,
  planShipment,
  type ShipmentPlan,
  type PlannedLine,
} from '../shipment/plan-shipment.ts'
import { readShipment } from '../shipment/read-shipment.ts'
import { parseShipmentName } from '../shipment/shipment-name.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { printJson, printInfo } from '../terminal/output.ts'
import { plainText } from '../terminal/plain-text.ts'
import { withProgress, type Progress } from '../terminal/progress.ts'
import { confirm } from '../terminal/prompts.ts'

export type RestockShipmentOptions = GlobalOptions &
  FileOptions<StockColumn> & { file: string; shipment: string; yes?: boolean }

/**
 * `prebook restock --file`: shows the effect of a shipment, asks for confirmation and counts it in. Every line counts
 * once, however often the command runs with the same shipment name.
 *
 * @throws CommandError `usage` when the file is invalid, or `--yes` is missing and the command cannot prompt; `failed`
 *   when lines were not counted; `cancelled` on Ctrl-C
 */
export async function restockShipment(options: RestockShipmentOptions): Promise<void> {
  const shipment = parseShipmentName(options.shipment)
  requireConfirmation(options)
  const connection = await connect(options)
  const lines = await readShipment(options.file, options)
  const plan = await withProgress('Looking up', options, (progress) => {
    const call = createRetryingCall(connection, progress, new AbortController().signal)
    return planShipment(call, shipment, lines, (done) =>
      progress.show({ done: `${done} of ${countOf(lines.length, 'line')}`, share: done / lines.length }),
    )
  })
  if (options.json !== true) printPlan(plan)
  const sums = planSums(plan)
  if (sums.titles > 0 && options.yes !== true) await confirm(question(sums))

  const tally = startShipmentTally(plan)
  try {
    await withProgress('Counting', options, async (progress) => {
      using interruption = listenForInterruption(
        (sentence) => progress.info(sentence),
        () => describeInterruptedShipment(tally),
      )
      const call = createRetryingCall(connection, progress, interruption.signal)
      await countAll({ call, shipment, plan, tally, progress, signal: interruption.signal }, options)
    })
  } catch (error) {
    if (!(error instanceof NetworkError)) tally.pendingLine = null
    if (options.json === true) printReport(shipment, tally, false)
    else printInfo(shipmentSummary(tally))
    printInfo(describeInterruptedShipment(tally))
    throw error
  }
  if (options.json === true) printReport(shipment, tally, true)
  else if (sums.titles > 0) printInfo(shipmentSummary(tally))
  failIfAnyFailed(tally)
}

function question(sums: ReturnType<typeof planSums>): string {
  const notified = sums.wouldNotify === 0 ? '' : ` and notify ${countOf(sums.wouldNotify, 'reader')}`
  return plainText(`Count ${copiesOfTitles(sums)}${notified}?`)
}

type Counting = {
  call: Call
  shipment: string
  plan: ShipmentPlan
  tally: ShipmentTally
  progress: Progress
  signal: AbortSignal
}

async function countAll(
  { call, shipment, plan, tally, progress, signal }: Counting,
  options: GlobalOptions,
): Promise<void> {
  const titles = plan.titles.filter(hasLinesToCount)
  for (const title of titles) {
    const results: CountedLine[] = []
    const listener = {
      sent: ({ line }: PlannedLine) => void (tally.pendingLine = line),
      answered(result: CountedLine) {
        tally.pendingLine = null
        tally.results.set(result.line.line, result)
        results.push(result)
      },
    }
    try {
      await countTitle(call, shipment, title, listener, signal)
    } finally {
      if (results.length > 0 && options.json !== true) progress.writeAbove(() => printTitle(title, results))
    }
    const linesToCount = title.lines.filter(({ state }) => state === 'toCount')
    if (results.length === linesToCount.length) tally.titlesDone += 1
    progress.show({
      done: `${tally.titlesDone} of ${countOf(titles.length, 'title')}`,
      share: tally.titlesDone / titles.length,
    })
    if (signal.aborted) throw new CommandError('cancelled', 'Interrupted.')
  }
}

function printReport(shipment: string, tally: ShipmentTally, complete: boolean): void {
  printJson({ shipment, lines: reportLines(tally), ...shipmentSums(tally), complete })
}

function failIfAnyFailed({ plan, results }: ShipmentTally): void {
  const failedNow = [...results.values()].filter(({ outcome }) => outcome === 'failed').length
  const failed = problemsOf(plan).length + failedNow
  if (failed === 0) return
  throw new CommandError('failed', `${countOf(failed, 'line')} of the shipment could not be counted.`, {
    remedy: 'Correct the lines and run the same command again: no line is counted twice.',
  })
}
