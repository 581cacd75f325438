import { initTRPC } from '@trpc/server'
import { PrebookError } from '@prebook/core'
import { requireSignedIn, type RequestContext } from '../context.ts'
import { errorShape, toPrebookError, toTrpcError, type ErrorShape } from './errors.ts'

const t = initTRPC.context<RequestContext>().create({
  // Stacks stay here whatever NODE_ENV says.
  isDev: false,
  errorFormatter: ({ error, ctx }): ErrorShape => errorShape(toPrebookError(error), ctx?.request.id ?? null),
})

export const { router, createCallerFactory } = t

/** Everybody may call. A refusal thrown by a use case gets the code that the table gives it. */
export const publicProcedure = t.procedure.use(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof PrebookError) throw toTrpcError(result.error.cause)
  return result
})

/** Any active account, admins included. */
export const signedInProcedure = publicProcedure.use(async ({ ctx, type, next }) =>
  next({ ctx: await requireSignedIn(ctx, type === 'mutation') }),
)

/** Admins only. */
export const adminProcedure = signedInProcedure.use(async ({ ctx, next }) => {
  if (ctx.user.role !== 'admin') throw new PrebookError('AUTH_FORBIDDEN')
  return next({ ctx })
})
