import type { TRPCRouterRecord } from '@trpc/server'
import {
  ConfirmedPrebook,
  Done,
  Prebook,
  PrebookChallenge,
  PrebookConfirmInput,
  PrebookCreateInput,
  PrebookDetail,
  PrebookIdInput,
  PrebookListInput,
  PrebookPage,
  PrebookRequestInput,
  PrebookWatchInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { prebookChallenge } from '../guests/challenge.ts'
import { confirmPrebook } from '../guests/confirm-prebook.ts'
import { requestPrebook } from '../guests/request-prebook.ts'
import { cancelPrebook } from '../prebooks/cancel-prebook.ts'
import { createPrebook } from '../prebooks/create-prebook.ts'
import { getPrebook } from '../prebooks/get-prebook.ts'
import { listPrebooks } from '../prebooks/list-prebooks.ts'
import { watchPrebooks } from '../prebooks/watch-prebooks.ts'
import { KEPT, once } from './once.ts'
import { publicProcedure, signedInProcedure } from './procedures.ts'
import { trackedItems } from './tracked-items.ts'

export const prebooksRoutes = {
  create: signedInProcedure
    .meta(KEPT)
    .input(PrebookCreateInput)
    .output(Prebook)
    .mutation(once(createPrebook)),
  list: signedInProcedure
    .input(optionalInput(listInput(PrebookListInput)))
    .output(PrebookPage)
    .query(({ ctx, input }) => listPrebooks(ctx, input)),
  get: signedInProcedure
    .input(PrebookIdInput)
    .output(PrebookDetail)
    .query(({ ctx, input }) => getPrebook(ctx, input)),
  cancel: signedInProcedure
    .input(PrebookIdInput)
    .output(Prebook)
    .mutation(({ ctx, input }) => cancelPrebook(ctx, input)),
  challenge: publicProcedure.output(PrebookChallenge).query(({ ctx }) => prebookChallenge(ctx)),
  request: publicProcedure
    .input(PrebookRequestInput)
    .output(Done)
    .mutation(({ ctx, input }) => requestPrebook(ctx, input)),
  confirm: publicProcedure
    .input(PrebookConfirmInput)
    .output(ConfirmedPrebook)
    .mutation(({ ctx, input }) => confirmPrebook(ctx, input)),
  watch: signedInProcedure
    .input(optionalInput(PrebookWatchInput))
    .output(trackedItems(Prebook))
    .subscription(({ ctx, input, signal }) => watchPrebooks(ctx, input, signal)),
} satisfies TRPCRouterRecord
