import type { TRPCRouterRecord } from '@trpc/server'
import {
  Done,
  EmailVerifyInput,
  InvitationAcceptInput,
  LoginInput,
  PasswordResetInput,
  PasswordResetRequestInput,
  RegisterInput,
  SignedIn,
  User,
} from '@prebook/core'
import { acceptInvitation } from '../auth/accept-invitation.ts'
import { login } from '../auth/login.ts'
import { logout, logoutEverywhere } from '../auth/logout.ts'
import { me } from '../auth/me.ts'
import { register } from '../auth/register.ts'
import { requestPasswordReset } from '../auth/request-password-reset.ts'
import { resetPasswordByLink } from '../auth/reset-password-by-link.ts'
import { verifyEmail } from '../auth/verify-email.ts'
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
  requestPasswordReset: publicProcedure
    .input(PasswordResetRequestInput)
    .output(Done)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx, input)),
  resetPassword: publicProcedure
    .input(PasswordResetInput)
    .output(Done)
    .mutation(({ ctx, input }) => resetPasswordByLink(ctx, input)),
  verifyEmail: publicProcedure
    .input(EmailVerifyInput)
    .output(Done)
    .mutation(({ ctx, input }) => verifyEmail(ctx, input)),
  acceptInvitation: publicProcedure
    .input(InvitationAcceptInput)
    .output(Done)
    .mutation(({ ctx, input }) => acceptInvitation(ctx, input)),
  me: publicProcedure.output(User.nullable()).query(({ ctx }) => me(ctx)),
} satisfies TRPCRouterRecord
