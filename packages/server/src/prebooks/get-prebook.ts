import { PrebookError, type PrebookDetail, type PrebookIdInput } from '@prebook/core'
import { findPrebook } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { withQueuePosition } from './queue-position.ts'

/**
 * Returns a prebook of the user, with its queue position while it is waiting.
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
    return withQueuePosition(services, reader, row)
  })
}
