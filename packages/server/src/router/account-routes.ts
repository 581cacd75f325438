import type { TRPCRouterRecord } from '@trpc/server'
import {
  Account,
  AccountEraseInput,
  AccountExport,
  AccountExportInput,
  AccountUpdateInput,
  Done,
  EmailChangeInput,
  PasswordChangeInput,
  SessionIdInput,
  SessionList,
  optionalInput,
} from '@prebook/core'
import { changeEmail } from '../account/change-email.ts'
import { changePassword } from '../account/change-password.ts'
import { endOtherSessions, endSession } from '../account/end-session.ts'
import { eraseAccount } from '../account/erase-account.ts'
import { exportAccount } from '../account/export-account.ts'
import { getAccount } from '../account/get-account.ts'
import { listSessions } from '../account/list-sessions.ts'
import { resendVerification } from '../account/resend-verification.ts'
import { updateAccount } from '../account/update-account.ts'
import { KEPT, once } from './once.ts'
import { signedInProcedure } from './procedures.ts'

export const accountRoutes = {
  get: signedInProcedure.output(Account).query(({ ctx }) => getAccount(ctx)),
  update: signedInProcedure
    .meta(KEPT)
    .input(AccountUpdateInput)
    .output(Account)
    .mutation(once(updateAccount)),
  changePassword: signedInProcedure
    .input(PasswordChangeInput)
    .output(Done)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  changeEmail: signedInProcedure
    .input(EmailChangeInput)
    .output(Done)
    .mutation(({ ctx, input }) => changeEmail(ctx, input)),
  resendVerification: signedInProcedure.meta(KEPT).output(Done).mutation(once(resendVerification)),
  sessions: signedInProcedure.output(SessionList).query(({ ctx }) => listSessions(ctx)),
  endSession: signedInProcedure
    .input(SessionIdInput)
    .output(Done)
    .mutation(({ ctx, input }) => endSession(ctx, input)),
  endOtherSessions: signedInProcedure.output(Done).mutation(({ ctx }) => endOtherSessions(ctx)),
  export: signedInProcedure
    .input(optionalInput(AccountExportInput))
    .output(AccountExport)
    .query(({ ctx, input }) => exportAccount(ctx, input)),
  erase: signedInProcedure
    .input(optionalInput(AccountEraseInput))
    .output(Done)
    .mutation(({ ctx, input }) => eraseAccount(ctx, input)),
} satisfies TRPCRouterRecord
