import type { Prebook, PrebookListInput } from '@prebook/core'
import { listPrebooks as queryPrebooks } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentPrebook } from './present-prebook.ts'

/** One's own prebooks, newest first. */
export async function listPrebooks(
  { services, user }: SignedInContext,
  input: PrebookListInput,
): Promise<{ items: Prebook[]; nextCursor: string | null }> {
  const filter = {
    userId: user.id,
    status: input.status,
    beforeId: readCursor('prebooks', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryPrebooks(reader, filter))
  return page('prebooks', rows, input.limit, presentPrebook, (row) => row.id)
}
