import { COUNT_CAP, cappedCount, PrebookError, type PrebookDetail, type PrebookIdInput } from '@prebook/core'
import { countAhead, findPrebook } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { presentPrebook } from './present-prebook.ts'

/**
 * One of one's own prebooks, with its place in the queue while it waits.
 *
 * @throws PrebookError `PREBOOK_NOT_FOUND`
 */
export async function getPrebook(
  { services, user }: SignedInContext,
  { prebookId }: PrebookIdInput,
): Promise<PrebookDetail> {
  const row = await services.store.read((reader) => findPrebook(reader, { prebookId, userId: user.id }))
  if (row === undefined) throw new PrebookError('PREBOOK_NOT_FOUND')
  const prebook = presentPrebook(row)
  if (prebook.status !== 'waiting') return { ...prebook, queuePosition: null }
  const place = { waitlistId: row.waitlistId, prebookId, cap: COUNT_CAP }
  const ahead = await services.store.read((reader) => countAhead(reader, place))
  return { ...prebook, queuePosition: cappedCount(ahead + 1) }
}
