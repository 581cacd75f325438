import { isPrebookError, type RouterOutputs } from '@prebook/client'
import type { Ask } from './ask.ts'
import { findTitles, type Title } from './find-titles.ts'
import { lineNote } from './line-key.ts'
import type { ShipmentLine } from './read-shipment.ts'

type Book = RouterOutputs['books']['get']
type Movement = RouterOutputs['stock']['history']['items'][number]

/** A line of a shipment, and what is to become of it. */
export type PlannedLine = ShipmentLine & {
  /** Which of the lines about its book it is, from 1. */
  turn: number
  /** `empty` are lines of no copies; `problem` says why with a `problem`. */
  state: 'toCount' | 'counted' | 'empty' | 'problem'
}

/** What a shipment does to one book. */
export type PlannedTitle = {
  /** The book as it is. */
  book: Book
  lines: PlannedLine[]
  /** How many copies are to be counted, and how many were on a former run. */
  copies: number
  countedBefore: number
  quantityAfter: number
  wouldNotify: number
  /** The newest stock movement of the book, 0 for none: what a later one did was done on this run. */
  newestMovementId: number
}

/** What a shipment does. `lost` are the lines whose book is not known. */
export type ShipmentPlan = { titles: PlannedTitle[]; lost: ShipmentLine[] }

/** How many titles are looked at at a time, and how far back in the record of each: as far as one page goes. */
const AT_A_TIME = 10
const MOVEMENTS = 100

/**
 * Works out what counting a shipment does, without doing it. Lines that the record of stock movements shows as counted
 * under the same shipment, by whomever, are not to be counted again.
 */
export async function planShipment(
  ask: Ask,
  shipment: string,
  lines: ShipmentLine[],
  say: (done: number) => void,
): Promise<ShipmentPlan> {
  const { titles, lost } = await findTitles(ask, lines, say)
  const planned: PlannedTitle[] = []
  for (let at = 0; at < titles.length; at += AT_A_TIME) {
    const some = titles.slice(at, at + AT_A_TIME)
    planned.push(...(await Promise.all(some.map((title) => planTitle(ask, shipment, title)))))
  }
  return { titles: planned, lost }
}

async function planTitle(ask: Ask, shipment: string, { book, lines }: Title): Promise<PlannedTitle> {
  const bookId = book.id
  const { items: movements } = await ask((client, request) =>
    client.stock.history.query({ bookId, limit: MOVEMENTS }, request),
  )
  const title: PlannedTitle = {
    book,
    lines: planLines(shipment, bookId, lines, movements),
    copies: 0,
    countedBefore: 0,
    quantityAfter: book.stockQuantity,
    wouldNotify: 0,
    newestMovementId: movements[0]?.id ?? 0,
  }
  title.copies = copiesOf(title.lines, 'toCount')
  title.countedBefore = copiesOf(title.lines, 'counted')
  if (title.copies === 0) return title
  try {
    const preview = await ask((client, request) =>
      client.stock.preview.query({ bookId, delta: title.copies }, request),
    )
    return { ...title, ...preview }
  } catch (error) {
    if (!isPrebookError(error, 'VALIDATION_ERROR')) throw error
    const refuse = (line: PlannedLine): PlannedLine =>
      line.state === 'toCount' ? { ...line, state: 'problem', problem: error.message } : line
    return { ...title, lines: title.lines.map(refuse), copies: 0 }
  }
}

/**
 * Sees which lines about one book are still to be counted. After a line that was counted with another quantity the rest
 * is held back: where the file was changed, a line may stand in another's place, and counting it could count twice.
 */
export function planLines(
  shipment: string,
  bookId: number,
  lines: ShipmentLine[],
  movements: Pick<Movement, 'note' | 'delta'>[],
): PlannedLine[] {
  let changed: number | null = null
  return lines.map((line, index): PlannedLine => {
    const turn = index + 1
    if (line.problem !== null || line.quantity === null) return { ...line, turn, state: 'problem' }
    if (line.quantity === 0) return { ...line, turn, state: 'empty' }
    const before = movements.find(({ note }) => note === lineNote(shipment, turn))
    if (before?.delta === line.quantity) return { ...line, turn, state: 'counted' }
    if (before !== undefined) {
      changed ??= line.line
      const problem = countedOtherwise(bookId, { counted: before.delta, now: line.quantity })
      return { ...line, turn, state: 'problem', problem }
    }
    if (changed !== null) return { ...line, turn, state: 'problem', problem: heldBack(bookId, changed) }
    return { ...line, turn, state: 'toCount' }
  })
}

/** Why a line is not counted that was counted before with another quantity, and what to do about it. */
export function countedOtherwise(
  bookId: number,
  quantities: { counted: number; now: number } | null,
): string {
  const difference = quantities === null ? null : quantities.now - quantities.counted
  const how =
    quantities === null ? 'with another quantity' : `as ${quantities.counted}, not ${quantities.now}`
  const look = difference === null ? `see \`prebook stock history ${bookId}\`, then ` : ''
  return (
    `Was counted before in this shipment ${how}, and is not counted again. Correct the stock by hand: ` +
    `${look}\`prebook restock ${bookId} --by ${difference ?? '<difference>'}\`.`
  )
}

/** Why a line is not counted that comes after such a one. */
export function heldBack(bookId: number, line: number): string {
  return (
    `Not counted: line ${line}, about the same book, was counted with another quantity, so this one may be counted ` +
    `already too. See \`prebook stock history ${bookId}\`, and correct the stock by hand.`
  )
}

function copiesOf(lines: PlannedLine[], state: PlannedLine['state']): number {
  return lines.reduce((sum, line) => sum + (line.state === state ? (line.quantity ?? 0) : 0), 0)
}
