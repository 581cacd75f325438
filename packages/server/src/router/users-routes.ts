import type { TRPCRouterRecord } from '@trpc/server'
import { User, UserIdInput, UserListInput, UserPage } from '@prebook/core'
import { listUsers } from '../users/list-users.ts'
import { deactivateUser, reactivateUser } from '../users/set-active.ts'
import { adminProcedure } from './procedures.ts'

export const usersRoutes = {
  list: adminProcedure
    .input(UserListInput)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  deactivate: adminProcedure
    .input(UserIdInput)
    .output(User)
    .mutation(({ ctx, input }) => deactivateUser(ctx, input)),
  reactivate: adminProcedure
    .input(UserIdInput)
    .output(User)
    .mutation(({ ctx, input }) => reactivateUser(ctx, input)),
} satisfies TRPCRouterRecord
