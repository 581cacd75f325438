import { hash } from 'node:crypto'
import type { CopiedRow } from './copied-table.ts'

/** The number of rows of a table and a checksum of all values, in hexadecimal. */
export type TableDigest = { rows: number; checksum: string }

/**
 * Computes the digest of a table row by row: the sum, modulo 2^256, of the SHA-256 of each row as a JSON array. A sum
 * does not depend on the order, so each engine can read in the order that is cheapest for it.
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
