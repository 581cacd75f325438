import type { RouterOutputs } from '@prebook/client'
import { limits } from '@prebook/client/limits'
import { lineChange } from './line-key.ts'
import { blockedLineProblem, quantityMismatchProblem } from './line-problems.ts'
import type { PlannedLine, PlannedTitle } from './plan-shipment.ts'
import type { Call } from './retrying-call.ts'

type Outcome = RouterOutputs['stock']['batch']['outcomes'][number]

/**
 * Asks the server what the lines to count would do, and writes it into the titles: what each title has afterwards, whom it notifies,
 * and which lines it refuses, such as a return of more copies than there are.
 */
export async function previewLines(call: Call, shipment: string, titles: PlannedTitle[]): Promise<void> {
  const toCount = titles.flatMap((title) =>
    title.lines.flatMap((line) => (line.state === 'toCount' ? [{ title, line }] : [])),
  )
  for (let at = 0; at < toCount.length; at += limits.stockBatch.max) {
    const some = toCount.slice(at, at + limits.stockBatch.max)
    const lines = some.map(({ title, line }) => lineChange(shipment, title.book.id, line))
    const { outcomes } = await call((client, request) =>
      client.stock.batch.mutate({ lines, dryRun: true }, request),
    )
    for (const [index, { title, line }] of some.entries()) {
      const outcome = outcomes[index]
      if (outcome !== undefined) applyOutcome(title, line, outcome)
    }
  }
}

function applyOutcome(title: PlannedTitle, line: PlannedLine, outcome: Outcome): void {
  const refuse = (problem: string) => void Object.assign(line, { state: 'problem', problem })
  const bookId = title.book.id
  if (title.changedLine !== null) return refuse(blockedLineProblem(bookId, title.changedLine))
  if (outcome.status === 'refused') {
    if (outcome.code !== 'STOCK_IDEMPOTENCY_MISMATCH') return refuse(outcome.message)
    title.changedLine = line.line
    return refuse(quantityMismatchProblem(bookId, null))
  }
  // It was counted so long ago that the history does not show it.
  if (outcome.movementId !== null) return void Object.assign(line, { state: 'counted' })
  title.quantityAfter = outcome.quantityAfter
  title.wouldNotify += outcome.wouldNotify ?? 0
}
