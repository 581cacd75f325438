import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { limits } from '@prebook/client/limits'
import type { Call } from '../shipment/retrying-call.ts'
import type { PlannedLine } from './plan-stock-list.ts'
import type { RefusedLine } from './read-stock-list.ts'

/** What was applied so far. */
export type StockListTally = {
  set: number
  notified: number
  /** Lines that the server refused: the stock has changed since the preview. */
  refused: RefusedLine[]
  /** Whether a request has no response, so that its outcome is unknown. */
  pending: boolean
}

/** An empty tally. */
export function startStockListTally(): StockListTally {
  return { set: 0, notified: 0, refused: [], pending: false }
}

/**
 * Sets the stock of the lines that change. Each is set only if its title still has the stock of the preview: a sale in between would
 * be undone, or readers would be notified whom the preview did not count.
 *
 * @param onProgress called with the number of lines processed
 * @param signal stops before the next request
 */
export async function applyStockList(
  call: Call,
  { lines, file }: { lines: PlannedLine[]; file: string },
  tally: StockListTally,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const changed = lines.filter(({ before, after }) => before !== after)
  const note = noteOf(file)
  for (let at = 0; at < changed.length && !signal.aborted; at += limits.stockBatch.max) {
    const some = changed.slice(at, at + limits.stockBatch.max)
    // Sent again after a lost response, the same key gets the same outcomes. On another run, what was set is unchanged.
    const input = { lines: some.map((line) => changeOf(line, note)), idempotencyKey: randomUUID() }
    tally.pending = true
    const { outcomes } = await call((client, request) => client.stock.batch.mutate(input, request))
    tally.pending = false
    for (const [index, { line, isbn }] of some.entries()) {
      const outcome = outcomes[index]
      if (outcome?.status === 'refused') tally.refused.push({ line, isbn, problem: outcome.message })
      else tally.set += 1
      if (outcome !== undefined && outcome.status !== 'refused')
        tally.notified += outcome.broadcast?.notified ?? 0
    }
    onProgress(at + some.length)
  }
}

function changeOf({ bookId, before, after }: PlannedLine, note: string) {
  return { bookId, quantity: after, expectedQuantity: before, note }
}

/** The note in the stock history. */
function noteOf(file: string): string {
  const name = basename(file)
    .replace(/[\p{Cc}\u2028\u2029]/gu, '')
    .toWellFormed()
    .slice(0, 100)
  return file === '-' ? 'Stock list' : `Stock list ${name}`
}
