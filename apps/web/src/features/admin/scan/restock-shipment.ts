import { isPrebookError, type PrebookClient, type RouterInputs, type RouterOutputs } from '@prebook/client'
import { limits } from '@prebook/client/limits'
import type { Sending } from './shipment-store.ts'
import type { ScannedLine } from './shipment.ts'

type StockClient = Pick<PrebookClient, 'stock'>
type Outcome = RouterOutputs['stock']['batch']['outcomes'][number]

/** A line that the shop refuses, and why. */
export type RefusedLine = { code: string; message: string }

/** What a delivery did. */
export type Restocked = { titles: number; copies: number; notified: number; refused: RefusedLine[] }

/** What a delivery would do. Titles that come back in stock are listed, most waiting readers first. */
export type ShipmentPreview = {
  restocks: { code: string; quantityAfter: number; wouldNotify: number }[]
  wouldNotify: number
  refused: RefusedLine[]
}

/** The most requests for the rest of a delivery when the shop is busy. */
const MAX_ATTEMPTS = 5

/** Tries a delivery: which titles come back in stock, and how many readers that notifies. Nothing changes. */
export async function previewShipment(
  client: StockClient,
  lines: readonly ScannedLine[],
  signal?: AbortSignal,
): Promise<ShipmentPreview> {
  const preview: ShipmentPreview = { restocks: [], wouldNotify: 0, refused: [] }
  for (const part of partsOf(lines)) {
    const input = { lines: linesOf(part, null), dryRun: true }
    const { outcomes } = await client.stock.batch.mutate(input, signal === undefined ? {} : { signal })
    for (const [line, outcome] of paired(part, outcomes)) {
      if (outcome.status === 'refused') preview.refused.push({ code: line.code, message: outcome.message })
      else if (outcome.transition === 'restocked') {
        const wouldNotify = outcome.wouldNotify ?? 0
        preview.restocks.push({ code: line.code, quantityAfter: outcome.quantityAfter, wouldNotify })
        preview.wouldNotify += wouldNotify
      }
    }
  }
  preview.restocks.sort((a, b) => b.wouldNotify - a.wouldNotify)
  return preview
}

/**
 * Adds the copies of a delivery to the stock. With the key of the delivery, sending it again after a lost connection applies only
 * what was not applied.
 *
 * @throws PrebookCallError when the shop refuses a request as a whole, or does not answer
 */
export async function restockShipment(
  client: StockClient,
  { key, lines, note }: Pick<Sending, 'key' | 'lines' | 'note'>,
): Promise<Restocked> {
  const restocked: Restocked = { titles: 0, copies: 0, notified: 0, refused: [] }
  for (const [index, part] of partsOf(lines).entries()) {
    const input = { lines: linesOf(part, note), idempotencyKey: `${key}-${index + 1}` }
    let outcomes: Outcome[]
    try {
      outcomes = await sendPart(client, input)
    } catch (error) {
      // The parts before it were applied, so it cannot fail as a whole.
      if (index === 0 || !isPrebookError(error)) throw error
      restocked.refused.push(...part.map(({ code }) => ({ code, message: error.message })))
      continue
    }
    for (const [line, outcome] of paired(part, outcomes)) {
      if (outcome.status === 'refused') {
        restocked.refused.push({ code: line.code, message: outcome.message })
        continue
      }
      restocked.titles += 1
      restocked.copies += outcome.delta
      restocked.notified += outcome.broadcast?.notified ?? 0
    }
  }
  return restocked
}

/** Sends up to 500 lines, and again while the shop is too busy for some of them: lines are applied in slices. */
async function sendPart(client: StockClient, input: RouterInputs['stock']['batch']): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    const { outcomes } = await client.stock.batch.mutate(input)
    const isComplete = outcomes.every(
      (outcome) => outcome.status !== 'refused' || outcome.code !== 'STORE_BUSY',
    )
    if (isComplete || attempt === MAX_ATTEMPTS) return outcomes
  }
}

function linesOf(part: readonly ScannedLine[], note: string | null) {
  return part.map(({ code, copies }) => ({ isbn: code, delta: copies, ...(note !== null && { note }) }))
}

function partsOf(lines: readonly ScannedLine[]): (readonly ScannedLine[])[] {
  const size = limits.stockBatch.max
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, index) =>
    lines.slice(index * size, (index + 1) * size),
  )
}

function paired(part: readonly ScannedLine[], outcomes: readonly Outcome[]): [ScannedLine, Outcome][] {
  return part.flatMap((line, index) => {
    const outcome = outcomes[index]
    return outcome === undefined ? [] : [[line, outcome]]
  })
}
