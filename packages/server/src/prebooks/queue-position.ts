import { COUNT_CAP, cappedCount, type PrebookDetail } from '@prebook/core'
import { countAhead, type PrebookRow, type Reader } from '@prebook/db'
import type { Services } from '../services.ts'
import { presentPrebook } from './present-prebook.ts'

/** Converts a prebook row to its API form with its queue position, which is null unless the prebook is waiting. */
export async function withQueuePosition(
  services: Pick<Services, 'today'>,
  reader: Reader,
  row: PrebookRow,
): Promise<PrebookDetail> {
  const prebook = presentPrebook(services, row)
  if (prebook.status !== 'waiting') return { ...prebook, queuePosition: null }
  const position = { waitlistId: row.waitlistId, prebookId: row.id, cap: COUNT_CAP }
  return { ...prebook, queuePosition: cappedCount((await countAhead(reader, position)) + 1) }
}
