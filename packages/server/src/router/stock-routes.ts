import type { TRPCRouterRecord } from '@trpc/server'
import {
  StockAdjustInput,
  StockChange,
  StockHistoryInput,
  StockHistoryPage,
  StockPreview,
  StockPreviewInput,
  StockSetInput,
} from '@prebook/core'
import { changeStock } from '../stock/change-stock.ts'
import { previewStock } from '../stock/preview-stock.ts'
import { stockHistory } from '../stock/stock-history.ts'
import { adminProcedure } from './procedures.ts'

export const stockRoutes = {
  set: adminProcedure
    .input(StockSetInput)
    .output(StockChange)
    .mutation(({ ctx, input }) => changeStock(ctx, input)),
  adjust: adminProcedure
    .input(StockAdjustInput)
    .output(StockChange)
    .mutation(({ ctx, input }) => changeStock(ctx, input)),
  preview: adminProcedure
    .input(StockPreviewInput)
    .output(StockPreview)
    .query(({ ctx, input }) => previewStock(ctx, input)),
  history: adminProcedure
    .input(StockHistoryInput)
    .output(StockHistoryPage)
    .query(({ ctx, input }) => stockHistory(ctx, input)),
} satisfies TRPCRouterRecord
