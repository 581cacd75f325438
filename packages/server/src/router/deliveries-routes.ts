import type { TRPCRouterRecord } from '@trpc/server'
import {
  DeliveryIdInput,
  DeliveryListInput,
  DeliveryPage,
  DeliveryRedriven,
  DeliveryRedriveInput,
  SuppressionLifted,
  listInput,
  optionalInput,
} from '@prebook/core'
import { liftSuppression } from '../deliveries/lift-suppression.ts'
import { listDeliveries } from '../deliveries/list-deliveries.ts'
import { redriveDeliveries } from '../deliveries/redrive-deliveries.ts'
import { KEPT, once } from './once.ts'
import { scopedProcedure } from './procedures.ts'

export const deliveriesRoutes = {
  list: scopedProcedure('deliveries:read')
    .input(optionalInput(listInput(DeliveryListInput)))
    .output(DeliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx, input)),
  redrive: scopedProcedure('deliveries:write')
    .meta(KEPT)
    .input(DeliveryRedriveInput)
    .output(DeliveryRedriven)
    .mutation(once(redriveDeliveries)),
  liftSuppression: scopedProcedure('deliveries:write')
    .meta(KEPT)
    .input(DeliveryIdInput)
    .output(SuppressionLifted)
    .mutation(once(liftSuppression)),
} satisfies TRPCRouterRecord
