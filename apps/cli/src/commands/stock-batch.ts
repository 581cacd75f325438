import { randomUUID } from 'node:crypto'
import { limits } from '@prebook/client/limits'
import { count, describeInterruptedBatch, safeToRepeat, startTally, summary } from '../batch/batch-tally.ts'
import type { BatchTally, Outcome } from '../batch/batch-tally.ts'
import { withKeys } from '../batch/line-keys.ts'
import { readBatch, type BatchLine } from '../batch/read-batch.ts'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { retryWhileBusy } from '../session/retry.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { openJsonList, type JsonList } from '../terminal/json-list.ts'
import { printSentence, printWarning } from '../terminal/output.ts'
import { countOf } from '../terminal/plural.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'

export type StockBatchOptions = GlobalOptions & { key?: string }

/** The most bytes of lines per request, well below the body limit of the server. */
const MAX_BYTES_PER_CALL = 200_000

/**
 * `prebook stock batch`: changes the stock of the books in a file. A refused line does not stop the others.
 *
 * @throws CommandError `usage` when the file is invalid, `failed` after refused lines, `cancelled` on Ctrl-C
 */
export async function stockBatch(file: string, options: StockBatchOptions): Promise<void> {
  const key = options.key ?? randomUUID()
  const connection = await connect(options)
  const lines = withKeys(await readBatch(file), key)
  using progress = openProgress('Applying', options)
  const list = options.json === true ? openJsonList('lines') : null
  const tally = startTally()
  const end = (complete: boolean) => {
    const { changed, unchanged, refused, notified } = tally
    if (list !== null) list.end({ changed, unchanged, refused, notified, key, complete })
    else if (complete || tally.lines > 0) progress.writeAbove(() => printSentence(summary(tally)))
  }
  try {
    await applyAll({ connection, progress, list, tally, key }, lines)
  } catch (error) {
    // A rejected request changed nothing. Only without a response is the outcome unknown.
    if (!(error instanceof NetworkError)) tally.pending = false
    end(false)
    progress.info(describeInterruptedBatch(tally, key))
    throw error
  }
  end(true)
  if (tally.refused > 0)
    throw new CommandError(
      'failed',
      `${countOf(tally.refused, 'line')} ${tally.refused === 1 ? 'was' : 'were'} refused.`,
      {
        remedy: `Correct the lines. ${safeToRepeat(key)}`,
      },
    )
}

type Batch = {
  connection: Connection
  progress: Progress
  /** The report as JSON; null for text. */
  list: JsonList | null
  tally: BatchTally
  key: string
}

async function applyAll(batch: Batch, lines: readonly BatchLine[]): Promise<void> {
  const { progress, tally, key } = batch
  using interruption = listenForInterruption(
    (sentence) => progress.info(sentence),
    () => describeInterruptedBatch(tally, key),
  )
  for (const part of inParts(lines)) {
    await applyPart(batch, part, interruption.signal)
    progress.show({
      done: countOf(tally.lines, 'line'),
      count: tally.lines,
      share: tally.lines / lines.length,
    })
    if (interruption.signal.aborted) throw new CommandError('cancelled', 'Interrupted.')
  }
}

/** Groups lines into requests. */
function* inParts(lines: readonly BatchLine[]): Generator<BatchLine[]> {
  let part: BatchLine[] = []
  let bytes = 0
  for (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line.input))
    if (part.length === limits.stockBatch.max || (part.length > 0 && bytes + size > MAX_BYTES_PER_CALL)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(line)
    bytes += size
  }
  if (part.length > 0) yield part
}

async function applyPart(
  { connection, progress, list, tally }: Batch,
  part: BatchLine[],
  signal: AbortSignal,
): Promise<void> {
  const sent = part.flatMap(({ input }) => input ?? [])
  let outcomes: Outcome[] = []
  if (sent.length > 0) {
    tally.pending = true
    const send = () =>
      connection.call((client, request) => client.stock.batch.mutate({ lines: sent }, request))
    outcomes = (await retryWhileBusy(send, signal, (sentence) => progress.info(sentence))).outcomes
    tally.pending = false
  }
  for (const { line, input, problem } of part) {
    const outcome = input === null ? null : (outcomes.shift() ?? null)
    count(tally, outcome)
    if (list !== null) list.add({ line, ...(outcome ?? { status: 'refused', message: problem }) })
    const refusal = outcome?.status === 'refused' ? outcome.message : problem
    if (list === null && refusal !== null) progress.writeAbove(() => printWarning(`Line ${line}: ${refusal}`))
  }
}
