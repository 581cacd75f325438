import type { TRPCRouterRecord } from '@trpc/server'
import { DemandTop, DemandTopInput, DemandWaitlistInput, DemandWaitlistPage } from '@prebook/core'
import { topDemand } from '../demand/top-demand.ts'
import { waitlistDemand } from '../demand/waitlist-demand.ts'
import { adminProcedure } from './procedures.ts'

export const demandRoutes = {
  top: adminProcedure
    .input(DemandTopInput)
    .output(DemandTop)
    .query(({ ctx, input }) => topDemand(ctx, input)),
  waitlist: adminProcedure
    .input(DemandWaitlistInput)
    .output(DemandWaitlistPage)
    .query(({ ctx, input }) => waitlistDemand(ctx, input)),
} satisfies TRPCRouterRecord
