import type { TRPCRouterRecord } from '@trpc/server'
import { Shop } from '@prebook/core'
import { getShop } from '../shop/get-shop.ts'
import { publicProcedure } from './procedures.ts'

export const shopRoutes = {
  get: publicProcedure.output(Shop).query(({ ctx }) => getShop(ctx)),
} satisfies TRPCRouterRecord
