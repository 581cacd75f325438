import type { TRPCRouterRecord } from '@trpc/server'
import {
  DeliveryIdInput,
  DeliveryListInput,
  DeliveryPage,
  DeliveryRedriven,
  DeliveryRedriveInput,
  SuppressionLifted,
} from '@prebook/core'
import { liftSuppression } from '../deliveries/lift-suppression.ts'
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
  liftSuppression: adminProcedure
    .input(DeliveryIdInput)
    .output(SuppressionLifted)
    .mutation(({ ctx, input }) => liftSuppression(ctx, input)),
} satisfies TRPCRouterRecord
