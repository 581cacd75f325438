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
} from '@prebook/core'
import { inviteUser } from '../users/invite-user.ts'
import { listUsers } from '../users/list-users.ts'
import { updateUser } from '../users/update-user.ts'
import { adminProcedure, scopedProcedure } from './procedures.ts'

export const usersRoutes = {
  list: scopedProcedure('users:read')
    .input(UserListInput)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  update: adminProcedure
    .input(UserUpdateInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  invite: adminProcedure
    .input(UserInviteInput)
    .output(Invitation)
    .mutation(({ ctx, input }) => inviteUser(ctx, input)),
  setRole: adminProcedure
    .input(UserSetRoleInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  deactivate: adminProcedure
    .input(UserIdInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, { ...input, isActive: false })),
  reactivate: adminProcedure
    .input(UserIdInput)
    .output(ChangedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, { ...input, isActive: true })),
} satisfies TRPCRouterRecord
