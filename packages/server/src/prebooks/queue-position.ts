import { COUNT_CAP, cappedCount, type PrebookDetail } from '@prebook/core'
import { countAhead, type PrebookRow, type Reader } from '@prebook/db'
import { presentPrebook } from './present-prebook.ts'

/** A prebook as APIs show it, with its place in the queue: null when it does not wait (any more). */
export async function withQueuePosition(reader: Reader, row: PrebookRow): Promise<PrebookDetail> {
  const prebook = presentPrebook(row)
  if (prebook.status !== 'waiting') return { ...prebook, queuePosition: null }
  const place = { waitlistId: row.waitlistId, prebookId: row.id, cap: COUNT_CAP }
  return { ...prebook, queuePosition: cappedCount((await countAhead(reader, place)) + 1) }
}
