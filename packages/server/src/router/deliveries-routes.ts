import type { TRPCRouterRecord } from '@trpc/server'
import { DeliveryListInput, DeliveryPage, DeliveryRedriven, DeliveryRedriveInput } from '@prebook/core'
import { listDeliveries } from '../deliveries/list-deliveries.ts'
import { redriveDeliveries } from '../deliveries/redrive-deliveries.ts'
import { adminProcedure } from './procedures.ts'

export const deliveriesRoutes = {
  list: adminProcedure
    .input(DeliveryListInput)
    .output(DeliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx, input)),
  redrive: adminProcedure
    .input(DeliveryRedriveInput)
    .output(DeliveryRedriven)
    .mutation(({ ctx, input }) => redriveDeliveries(ctx, input)),
} satisfies TRPCRouterRecord
