import { hash } from 'node:crypto'
import type { CopiedRow } from './copied-table.ts'

/** The number of rows of a table and a checksum over all their values, in hexadecimal. */
export type TableDigest = { rows: number; checksum: string }

/**
 * Adds up a table row by row: the sum, modulo 2^256, of the SHA-256 of every row as a JSON array. A sum, so that two
 * engines may each read in the order that is cheapest for them.
 */
export function createTableDigest() {
  let rows = 0
  let sum = 0n
  return {
    add(batch: Iterable<CopiedRow>): void {
      for (const row of batch) {
        rows += 1
        sum = BigInt.asUintN(256, sum + BigInt(`0x${hash('sha256', JSON.stringify(row))}`))
      }
    },
    result: (): TableDigest => ({ rows, checksum: sum.toString(16).padStart(64, '0') }),
  }
}
