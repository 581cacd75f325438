import type { TRPCRouterRecord } from '@trpc/server'
import {
  DemandOrderListInput,
  DemandOrderListPage,
  DemandTop,
  DemandTopInput,
  DemandWaitlistInput,
  DemandWaitlistPage,
  listInput,
  optionalInput,
} from '@prebook/core'
import { orderList } from '../demand/order-list.ts'
import { topDemand } from '../demand/top-demand.ts'
import { waitlistDemand } from '../demand/waitlist-demand.ts'
import { scopedProcedure } from './procedures.ts'

export const demandRoutes = {
  top: scopedProcedure('demand:read')
    .input(optionalInput(DemandTopInput))
    .output(DemandTop)
    .query(({ ctx, input }) => topDemand(ctx, input)),
  orderList: scopedProcedure('demand:read')
    .input(optionalInput(listInput(DemandOrderListInput)))
    .output(DemandOrderListPage)
    .query(({ ctx, input }) => orderList(ctx, input)),
  waitlist: scopedProcedure('demand:read')
    .input(listInput(DemandWaitlistInput))
    .output(DemandWaitlistPage)
    .query(({ ctx, input }) => waitlistDemand(ctx, input)),
} satisfies TRPCRouterRecord
