import type { TRPCRouterRecord } from '@trpc/server'
import { AuditListInput, AuditPage, listInput, optionalInput } from '@prebook/core'
import { listAudit } from '../audit/list-audit.ts'
import { adminProcedure } from './procedures.ts'

export const auditRoutes = {
  list: adminProcedure
    .input(optionalInput(listInput(AuditListInput)))
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
} satisfies TRPCRouterRecord
