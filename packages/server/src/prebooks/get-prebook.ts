import { PrebookError, type PrebookDetail, type PrebookIdInput } from '@prebook/core'
import { findPrebook } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { withQueuePosition } from './queue-position.ts'

/**
 * One of one's own prebooks, with its place in the queue while it waits.
 *
 * @throws PrebookError `PREBOOK_NOT_FOUND`
 */
export async function getPrebook(
  { services, user }: SignedInContext,
  { prebookId }: PrebookIdInput,
): Promise<PrebookDetail> {
  return services.store.read(async (reader) => {
    const row = await findPrebook(reader, { prebookId, userId: user.id })
    if (row === undefined) throw new PrebookError('PREBOOK_NOT_FOUND')
    return withQueuePosition(reader, row)
  })
}
