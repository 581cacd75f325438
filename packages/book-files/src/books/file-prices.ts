import { CellError } from '../cells/cell-error.ts'
import { decimalSignOf, readPriceCell, type DecimalSign } from '../cells/price-cell.ts'

/** Reads the prices of one file, so that each has one meaning in it. */
export type FilePrices = {
  /** @throws CellError when a price has several meanings, or another decimal sign than one that was read before */
  read(cell: string): number
}

const names: Record<DecimalSign, string> = { '.': 'point', ',': 'comma' }

/**
 * Opens the prices of a file. Its decimal sign is the one that the first prices show, if they all show the same. The separator
 * between columns does not say it.
 *
 * @param given the decimal sign, if someone has said it
 */
export function openPrices(
  firstCells: string[],
  { currency, given = null }: { currency: string; given?: DecimalSign | null },
): FilePrices {
  const shown = new Set(firstCells.map((cell) => decimalSignOf(cell)).filter((sign) => sign !== null))
  let decimal = given ?? (shown.size === 1 ? ([...shown][0] ?? null) : null)
  let isNeeded = given !== null
  return {
    read(cell) {
      const { cents, shows, needs } = readPriceCell(cell, { currency, decimal })
      if (needs !== null) isNeeded = true
      if (shows !== null && decimal !== null && shows !== decimal) {
        if (isNeeded)
          throw new CellError(
            `“${cell}” has a decimal ${names[shows]}, but the other prices of the file have a decimal ${names[decimal]}.`,
          )
        // From here on, the file shows both.
        decimal = null
      }
      return cents
    },
  }
}
