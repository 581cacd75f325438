import { userSearchText, type UserListInput, type UserPage } from '@prebook/core'
import { listUsers as queryUsers } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { page, readCursor } from '../cursor.ts'
import { presentUser } from './present-user.ts'

/** Lists accounts, newest first. */
export async function listUsers({ services }: ActorContext, input: UserListInput): Promise<UserPage> {
  const filter = {
    text: input.query === undefined ? undefined : userSearchText(input.query),
    role: input.role,
    isActive: input.isActive,
    beforeId: readCursor('users', input.cursor),
    limit: input.limit + 1,
  }
  const rows = await services.store.read((reader) => queryUsers(reader, filter))
  return page('users', rows, input.limit, presentUser, (row) => row.id)
}
