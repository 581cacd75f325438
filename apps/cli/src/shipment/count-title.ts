import { isPrebookError, type Reason, type RouterOutputs } from '@prebook/client'
import { exitFor } from '../program/exit-codes.ts'
import type { Ask } from './ask.ts'
import { lineKey, lineNote } from './line-key.ts'
import { countedOtherwise, heldBack, type PlannedLine, type PlannedTitle } from './plan-shipment.ts'

type Change = RouterOutputs['stock']['adjust']

/** What came of a line; `change` is the server's answer when it was counted, now or on a former run. */
export type CountedLine = { line: PlannedLine } & (
  | { outcome: 'counted' | 'countedBefore'; change: Change }
  | { outcome: 'failed'; problem: string }
)

/**
 * Counts the lines of one title that are to be counted, in their order. A line that fails is told, and the next one
 * tried, unless that could count copies twice.
 *
 * @param tell hears of each line when it is sent, and as soon as its answer is there
 * @param signal ends the work before the next line
 * @throws what makes going on pointless: the server is gone, the session is over
 */
export async function countTitle(
  ask: Ask,
  shipment: string,
  title: PlannedTitle,
  tell: { sent: (line: PlannedLine) => void; answered: (line: CountedLine) => void },
  signal: AbortSignal,
): Promise<void> {
  let changed: number | null = null
  for (const line of title.lines) {
    if (line.state !== 'toCount') continue
    if (signal.aborted) return
    if (changed !== null) {
      tell.answered({ line, outcome: 'failed', problem: heldBack(title.book.id, changed) })
      continue
    }
    tell.sent(line)
    try {
      tell.answered(await countLine(ask, shipment, title, line))
    } catch (error) {
      if (!isPrebookError(error) || isPointlessAfter(error.data.reason)) throw error
      const mismatch = error.data.reason === 'STOCK_IDEMPOTENCY_MISMATCH'
      if (mismatch) changed = line.line
      const problem = mismatch ? countedOtherwise(title.book.id, null) : error.message
      tell.answered({ line, outcome: 'failed', problem })
    }
  }
}

async function countLine(
  ask: Ask,
  shipment: string,
  { book, newestMovementId }: PlannedTitle,
  line: PlannedLine,
): Promise<CountedLine> {
  const input = {
    bookId: book.id,
    delta: line.quantity ?? 0,
    note: lineNote(shipment, line.turn),
    idempotencyKey: lineKey(shipment, book.id, line.turn),
  }
  const change = await ask((client, request) => client.stock.adjust.mutate(input, request))
  // The answer to a key that was used before is that of then, with a movement older than the plan.
  const isNew = (change.movement?.id ?? 0) > newestMovementId
  return { line, outcome: isNew ? 'counted' : 'countedBefore', change }
}

/** Whether every other line would be refused likewise. */
function isPointlessAfter(reason: Reason): boolean {
  const exit = exitFor(reason)
  return (
    exit === 'notSignedIn' || exit === 'forbidden' || reason === 'STORE_BUSY' || reason === 'RATE_LIMITED'
  )
}
