import { isPrebookError, type Reason, type RouterOutputs } from '@prebook/client'
import { exitFor } from '../program/exit-codes.ts'
import type { Call } from './retrying-call.ts'
import { lineChange } from './line-key.ts'
import { blockedLineProblem, quantityMismatchProblem } from './line-problems.ts'
import type { PlannedLine, PlannedTitle } from './plan-shipment.ts'

type Change = RouterOutputs['stock']['adjust']

/** The result of a line; `change` is the server's response when it was counted, in this run or an earlier one. */
export type CountedLine = { line: PlannedLine } & (
  | { outcome: 'counted' | 'countedBefore'; change: Change }
  | { outcome: 'failed'; problem: string }
)

/**
 * Counts the pending lines of one title, in order. After a failed line it continues with the next one, unless that could
 * count copies twice.
 *
 * @param listener called when a line is sent, and when it has a result
 * @param signal stops before the next line
 * @throws errors that would fail every other line too: the server is unreachable, the session has ended
 */
export async function countTitle(
  call: Call,
  shipment: string,
  title: PlannedTitle,
  listener: { sent: (line: PlannedLine) => void; answered: (line: CountedLine) => void },
  signal: AbortSignal,
): Promise<void> {
  let changed: number | null = null
  for (const line of title.lines) {
    if (line.state !== 'toCount') continue
    if (signal.aborted) return
    if (changed !== null) {
      listener.answered({ line, outcome: 'failed', problem: blockedLineProblem(title.book.id, changed) })
      continue
    }
    listener.sent(line)
    try {
      listener.answered(await countLine(call, shipment, title, line))
    } catch (error) {
      if (!isPrebookError(error) || failsEveryLine(error.data.reason)) throw error
      const mismatch = error.data.reason === 'STOCK_IDEMPOTENCY_MISMATCH'
      if (mismatch) changed = line.line
      const problem = mismatch ? quantityMismatchProblem(title.book.id, null) : error.message
      listener.answered({ line, outcome: 'failed', problem })
    }
  }
}

async function countLine(
  call: Call,
  shipment: string,
  { book, newestMovementId }: PlannedTitle,
  line: PlannedLine,
): Promise<CountedLine> {
  const input = lineChange(shipment, book.id, line)
  const change = await call((client, request) => client.stock.adjust.mutate(input, request))
  // A repeated key gets its original response, with a movement that is older than the plan.
  const isNew = (change.movement?.id ?? 0) > newestMovementId
  return { line, outcome: isNew ? 'counted' : 'countedBefore', change }
}

/** Whether every other line would fail with this reason too. */
function failsEveryLine(reason: Reason): boolean {
  const exit = exitFor(reason)
  return (
    exit === 'notSignedIn' || exit === 'forbidden' || reason === 'STORE_BUSY' || reason === 'RATE_LIMITED'
  )
}
