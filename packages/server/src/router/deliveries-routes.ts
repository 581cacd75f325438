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
import { scopedProcedure } from './procedures.ts'

export const deliveriesRoutes = {
  list: scopedProcedure('deliveries:read')
    .input(DeliveryListInput)
    .output(DeliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx, input)),
  redrive: scopedProcedure('deliveries:write')
    .input(DeliveryRedriveInput)
    .output(DeliveryRedriven)
    .mutation(({ ctx, input }) => redriveDeliveries(ctx, input)),
  liftSuppression: scopedProcedure('deliveries:write')
    .input(DeliveryIdInput)
    .output(SuppressionLifted)
    .mutation(({ ctx, input }) => liftSuppression(ctx, input)),
} satisfies TRPCRouterRecord
