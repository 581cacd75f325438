import type { TRPCRouterRecord } from '@trpc/server'
import {
  StockAdjustInput,
  StockBatchInput,
  StockBatchResult,
  StockChange,
  StockChangesInput,
  StockHistoryInput,
  StockHistoryPage,
  StockMovementNews,
  StockPreview,
  StockPreviewInput,
  StockSetInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { batchStock } from '../stock/batch-stock.ts'
import { changeStock } from '../stock/change-stock.ts'
import { previewStock } from '../stock/preview-stock.ts'
import { stockChanges } from '../stock/stock-changes.ts'
import { stockHistory } from '../stock/stock-history.ts'
import { scopedProcedure } from './procedures.ts'
import { trackedItems } from './tracked-items.ts'

export const stockRoutes = {
  set: scopedProcedure('stock:write')
    .meta({ idempotencyKey: 'input' })
    .input(StockSetInput)
    .output(StockChange)
    .mutation(({ ctx, input }) => changeStock(ctx, input)),
  adjust: scopedProcedure('stock:write')
    .meta({ idempotencyKey: 'input' })
    .input(StockAdjustInput)
    .output(StockChange)
    .mutation(({ ctx, input }) => changeStock(ctx, input)),
  batch: scopedProcedure('stock:write')
    // 500 lines, each with an ISBN, a quantity, the expected one, a key and a note.
    .meta({ idempotencyKey: 'input', body: { bytes: 262_144, members: 4_000 } })
    .input(StockBatchInput)
    .output(StockBatchResult)
    .mutation(({ ctx, input }) => batchStock(ctx, input)),
  preview: scopedProcedure('stock:write')
    .input(StockPreviewInput)
    .output(StockPreview)
    .query(({ ctx, input }) => previewStock(ctx, input)),
  history: scopedProcedure('stock:write')
    .input(listInput(StockHistoryInput))
    .output(StockHistoryPage)
    .query(({ ctx, input }) => stockHistory(ctx, input)),
  changes: scopedProcedure('stock:write')
    .input(optionalInput(StockChangesInput))
    .output(trackedItems(StockMovementNews))
    .subscription(({ ctx, input, signal }) => stockChanges(ctx, input, signal)),
} satisfies TRPCRouterRecord
