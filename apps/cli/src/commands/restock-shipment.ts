import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { requireConsent } from '../terminal/consent.ts'
import { countOf } from '../terminal/count-of.ts'
import { askPatiently, type Ask } from '../shipment/ask.ts'
import { countTitle, type CountedLine } from '../shipment/count-title.ts'
import {
  copiesOfTitles,
  shipmentSummary,
  shipmentSums,
  howFarShipment,
  reportLines,
  startShipmentTally,
  type ShipmentTally,
} from '../shipment/shipment-tally.ts'
import { planSums, printPlan, printTitle, problemsOf } from '../shipment/describe-shipment.ts'
import { planShipment, type ShipmentPlan, type PlannedLine } from '../shipment/plan-shipment.ts'
import { readShipment } from '../shipment/read-shipment.ts'
import { parseShipmentName } from '../shipment/shipment-name.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { printJson, remark } from '../terminal/output.ts'
import { plainText } from '../terminal/plain-text.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'
import { confirm } from '../terminal/prompts.ts'

export type RestockShipmentOptions = GlobalOptions & { file: string; shipment: string; yes?: boolean }

/**
 * `prebook restock --file`: counts a shipment in, after it has shown what that does. Every line counts once, however
 * often the shipment is counted under the same name.
 *
 * @throws CommandError `usage` when the file does not fit or nobody can be asked and `--yes` is missing, `failed` when
 *   lines are not counted, `cancelled` at Ctrl-C
 */
export async function restockShipment(options: RestockShipmentOptions): Promise<void> {
  const shipment = parseShipmentName(options.shipment)
  requireConsent(options)
  const connection = await connect(options)
  const lines = await readShipment(options.file)
  const plan = await withProgress('Looking up', options, (progress) => {
    const ask = askPatiently(connection, progress, new AbortController().signal)
    return planShipment(ask, shipment, lines, (done) =>
      progress.show({ done: `${done} of ${countOf(lines.length, 'line')}`, share: done / lines.length }),
    )
  })
  if (options.json !== true) printPlan(plan)
  const sums = planSums(plan)
  if (sums.copies > 0 && options.yes !== true) await confirm(question(sums))

  const tally = startShipmentTally(plan)
  try {
    await withProgress('Counting', options, async (progress) => {
      using interruption = listenForInterruption(
        (sentence) => progress.remark(sentence),
        () => howFarShipment(tally),
      )
      const ask = askPatiently(connection, progress, interruption.signal)
      await countAll({ ask, shipment, plan, tally, progress, signal: interruption.signal }, options)
    })
  } catch (error) {
    if (!(error instanceof NetworkError)) tally.pendingLine = null
    if (options.json === true) printReport(shipment, tally, false)
    else remark(shipmentSummary(tally))
    remark(howFarShipment(tally))
    throw error
  }
  if (options.json === true) printReport(shipment, tally, true)
  else if (sums.copies > 0) remark(shipmentSummary(tally))
  failIfAnyFailed(tally)
}

async function withProgress<T>(
  title: string,
  options: GlobalOptions,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  using progress = openProgress(title, options)
  return await work(progress)
}

function question({ copies, titles, wouldNotify }: ReturnType<typeof planSums>): string {
  const told = wouldNotify === 0 ? '?' : ` and tell ${countOf(wouldNotify, 'reader')}?`
  return plainText(`Count ${copiesOfTitles(copies, titles)}${told}`)
}

type Counting = {
  ask: Ask
  shipment: string
  plan: ShipmentPlan
  tally: ShipmentTally
  progress: Progress
  signal: AbortSignal
}

async function countAll(
  { ask, shipment, plan, tally, progress, signal }: Counting,
  options: GlobalOptions,
): Promise<void> {
  const titles = plan.titles.filter(({ copies }) => copies > 0)
  for (const title of titles) {
    const results: CountedLine[] = []
    const tell = {
      sent: ({ line }: PlannedLine) => void (tally.pendingLine = line),
      answered(result: CountedLine) {
        tally.pendingLine = null
        tally.results.set(result.line.line, result)
        results.push(result)
      },
    }
    try {
      await countTitle(ask, shipment, title, tell, signal)
    } finally {
      if (results.length > 0 && options.json !== true) progress.aside(() => printTitle(title, results))
    }
    const wanted = title.lines.filter(({ state }) => state === 'toCount')
    if (results.length === wanted.length) tally.titlesDone += 1
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
  const onTheWay = [...results.values()].filter(({ outcome }) => outcome === 'failed').length
  const failed = problemsOf(plan).length + onTheWay
  if (failed === 0) return
  throw new CommandError(
    'failed',
    `${countOf(failed, 'line')} of the shipment ${failed === 1 ? 'is' : 'are'} not counted.`,
    {
      remedy: 'Correct what is wrong and run the same command again: what is counted is not counted twice.',
    },
  )
}
