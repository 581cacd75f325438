import { CellError } from './cell-error.ts'

/** What was mended in a cell: its text, what is read instead, and why. */
export type CellRepair = { from: string; to: string; why: string }

/** Whether damaged cells are mended. Otherwise they are refused. */
export type RepairOptions = { repair?: boolean }

/**
 * Accepts a repair, or refuses the cell when repairs are turned off.
 *
 * @throws CellError
 */
export function repaired(repair: CellRepair, { repair: isAllowed = true }: RepairOptions): CellRepair {
  if (isAllowed) return repair
  throw new CellError(`“${repair.from}” would be read as “${repair.to}”: ${repair.why}. Correct the cell.`)
}
