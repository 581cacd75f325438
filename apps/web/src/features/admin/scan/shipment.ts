import { limits } from '@prebook/client/limits'
import type { Barcode } from '@prebook/book-files'

/** The counted copies of one code. */
export type ScannedLine = Barcode & { copies: number }

/** What a step of counting changed: the code, and its copies before. */
type Step = Barcode & { before: number }

/** A delivery that is being counted. The line of the last beep comes first; `steps` are what can be undone, oldest first. */
export type Shipment = { lines: readonly ScannedLine[]; steps: readonly Step[] }

export const emptyShipment: Shipment = { lines: [], steps: [] }

/** The most steps that can be undone. More of them would make each beep slower to store. */
const MAX_STEPS = 200

/** Adds a copy of a scanned code. Its line moves to the top. */
export function scanned(shipment: Shipment, barcode: Barcode): Shipment {
  const before = copiesOf(shipment, barcode.code)
  const others = shipment.lines.filter(({ code }) => code !== barcode.code)
  const copies = Math.min(before + 1, limits.stock.max)
  return { lines: [{ ...barcode, copies }, ...others], steps: withStep(shipment, { ...barcode, before }) }
}

/** Sets the copies of a line by hand; 0 removes it. */
export function counted(shipment: Shipment, code: string, copies: number): Shipment {
  const line = shipment.lines.find((known) => known.code === code)
  if (line === undefined || line.copies === copies) return shipment
  const { copies: before, ...barcode } = line
  return { lines: withCopies(shipment, line, copies), steps: withStep(shipment, { ...barcode, before }) }
}

/** Takes back the last step. A line that it removed comes back at the top. */
export function undone(shipment: Shipment): Shipment {
  const last = shipment.steps.at(-1)
  if (last === undefined) return shipment
  const { before, ...barcode } = last
  return { lines: withCopies(shipment, barcode, before), steps: shipment.steps.slice(0, -1) }
}

/** Adds the lines of another delivery, such as one that could not be sent. */
export function merged(shipment: Shipment, lines: readonly ScannedLine[]): Shipment {
  const all = lines.reduce(
    (sum, { copies, ...barcode }) =>
      withCopies({ lines: sum }, barcode, copiesOf({ lines: sum }, barcode.code) + copies),
    shipment.lines,
  )
  return { lines: all, steps: [] }
}

/** The number of copies of some lines. */
export function totalOf(lines: readonly ScannedLine[]): number {
  return lines.reduce((sum, { copies }) => sum + copies, 0)
}

function copiesOf({ lines }: Pick<Shipment, 'lines'>, code: string): number {
  return lines.find((line) => line.code === code)?.copies ?? 0
}

function withCopies(
  { lines }: Pick<Shipment, 'lines'>,
  { code, kind }: Barcode,
  copies: number,
): readonly ScannedLine[] {
  if (copies === 0) return lines.filter((line) => line.code !== code)
  if (!lines.some((line) => line.code === code)) return [{ code, kind, copies }, ...lines]
  return lines.map((line) => (line.code === code ? { ...line, copies } : line))
}

function withStep({ steps }: Shipment, step: Step): readonly Step[] {
  return [...steps, step].slice(-MAX_STEPS)
}
