import type { PrebookListInput, PrebookPage } from '@prebook/core'
import { listPrebooks as queryPrebooks } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentPrebook } from './present-prebook.ts'

/** Lists the user's own prebooks, newest first. */
export async function listPrebooks(
  { services, user }: SignedInContext,
  input: PrebookListInput,
): Promise<PrebookPage> {
  const filter = {
    userId: user.id,
    status: input.status,
    beforeId: readCursor('prebooks', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryPrebooks(reader, filter))
  return page(
    'prebooks',
    rows,
    input.limit,
    (row) => presentPrebook(services, row),
    (row) => row.id,
  )
}
