import type { TRPCRouterRecord } from '@trpc/server'
import {
  ChangedUser,
  Invitation,
  UserIdInput,
  UserInviteInput,
  UserListInput,
  UserPage,
  UserSetRoleInput,
  UserUpdateInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { inviteUser } from '../users/invite-user.ts'
import { listUsers } from '../users/list-users.ts'
import { updateUser } from '../users/update-user.ts'
import { KEPT, once } from './once.ts'
import { adminProcedure, scopedProcedure } from './procedures.ts'

export const usersRoutes = {
  list: scopedProcedure('users:read')
    .input(optionalInput(listInput(UserListInput)))
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  update: adminProcedure.meta(KEPT).input(UserUpdateInput).output(ChangedUser).mutation(once(updateUser)),
  invite: adminProcedure.meta(KEPT).input(UserInviteInput).output(Invitation).mutation(once(inviteUser)),
  setRole: adminProcedure.meta(KEPT).input(UserSetRoleInput).output(ChangedUser).mutation(once(updateUser)),
  deactivate: adminProcedure
    .meta(KEPT)
    .input(UserIdInput)
    .output(ChangedUser)
    .mutation(once((ctx, input) => updateUser(ctx, { ...input, isActive: false }))),
  reactivate: adminProcedure
    .meta(KEPT)
    .input(UserIdInput)
    .output(ChangedUser)
    .mutation(once((ctx, input) => updateUser(ctx, { ...input, isActive: true }))),
} satisfies TRPCRouterRecord
