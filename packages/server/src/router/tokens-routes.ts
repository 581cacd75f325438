import type { TRPCRouterRecord } from '@trpc/server'
import {
  Done,
  NewApiToken,
  TokenCreateInput,
  TokenIdInput,
  TokenListInput,
  TokenPage,
  TokenRotateInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import { createToken } from '../tokens/create-token.ts'
import { listTokens } from '../tokens/list-tokens.ts'
import { revokeToken } from '../tokens/revoke-token.ts'
import { rotateToken } from '../tokens/rotate-token.ts'
import { adminProcedure } from './procedures.ts'

// Without a scope: a token never makes, sees or ends tokens.
export const tokensRoutes = {
  list: adminProcedure
    .input(optionalInput(listInput(TokenListInput)))
    .output(TokenPage)
    .query(({ ctx, input }) => listTokens(ctx, input)),
  create: adminProcedure
    .input(TokenCreateInput)
    .output(NewApiToken)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  rotate: adminProcedure
    .input(TokenRotateInput)
    .output(NewApiToken)
    .mutation(({ ctx, input }) => rotateToken(ctx, input)),
  revoke: adminProcedure
    .input(TokenIdInput)
    .output(Done)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
} satisfies TRPCRouterRecord
