import type { TokenListInput, TokenPage } from '@prebook/core'
import { listApiTokens } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentToken } from './present-token.ts'

/** Lists tokens, newest first. */
export async function listTokens({ services }: SignedInContext, input: TokenListInput): Promise<TokenPage> {
  const now = services.now()
  const filter = {
    createdBy: input.createdBy,
    isActive: input.isActive,
    beforeId: readCursor('tokens', input.cursor),
    limit: input.limit + 1,
    now,
  }
  const rows = await services.store.read((reader) => listApiTokens(reader, filter))
  return page(
    'tokens',
    rows,
    input.limit,
    (row) => presentToken(row, now),
    (row) => row.id,
  )
}
