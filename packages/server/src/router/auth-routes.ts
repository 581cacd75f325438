import type { TRPCRouterRecord } from '@trpc/server'
import { Done, LoginInput, RegisterInput, SignedIn, User } from '@prebook/core'
import { login } from '../auth/login.ts'
import { logout, logoutEverywhere } from '../auth/logout.ts'
import { me } from '../auth/me.ts'
import { register } from '../auth/register.ts'
import { publicProcedure, signedInProcedure } from './procedures.ts'

export const authRoutes = {
  register: publicProcedure
    .input(RegisterInput)
    .output(SignedIn)
    .mutation(({ ctx, input }) => register(ctx, input)),
  login: publicProcedure
    .input(LoginInput)
    .output(SignedIn)
    .mutation(({ ctx, input }) => login(ctx, input)),
  logout: signedInProcedure.output(Done).mutation(({ ctx }) => logout(ctx)),
  logoutEverywhere: signedInProcedure.output(Done).mutation(({ ctx }) => logoutEverywhere(ctx)),
  me: publicProcedure.output(User.nullable()).query(({ ctx }) => me(ctx)),
} satisfies TRPCRouterRecord
