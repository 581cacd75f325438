import { initTRPC } from '@trpc/server'
import { PrebookError, requireRole } from '@prebook/core'
import { requireSignedIn, type RequestContext } from '../context.ts'
import { errorShape, toPrebookError, toTrpcError, type ErrorShape } from './errors.ts'

/** The interval of pings on an idle stream, in milliseconds. */
export const PING_MS = 15_000
/** A client reconnects after this long without data, in milliseconds. */
export const SILENCE_MS = 3 * PING_MS

const t = initTRPC.context<RequestContext>().create({
  // Never send stack traces, whatever NODE_ENV says.
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: PING_MS }, client: { reconnectAfterInactivityMs: SILENCE_MS } },
  errorFormatter: ({ error, ctx }): ErrorShape => errorShape(toPrebookError(error), ctx?.request.id ?? null),
})

export const { router, createCallerFactory } = t

/** Open to everyone. Gives errors thrown by a use case the code of the error table. */
export const publicProcedure = t.procedure.use(async ({ ctx, path, next }) => {
  const started = performance.now()
  const result = await next()
  const outcome = result.ok ? 'ok' : toPrebookError(result.error).reason
  const data = result.ok ? result.data : undefined
  ctx.services.observe({ procedure: path, outcome, ms: performance.now() - started, data })
  if (!result.ok && result.error.cause instanceof PrebookError) throw toTrpcError(result.error.cause)
  return result
})

/** Any active account, staff and admins included. */
export const signedInProcedure = publicProcedure.use(async ({ ctx, type, next }) =>
  next({ ctx: await requireSignedIn(ctx, type === 'mutation') }),
)

/** Staff and admins. The use case must show no address to staff. */
export const staffProcedure = signedInProcedure.use(async ({ ctx, next }) => {
  requireRole(ctx.user.role, 'staff')
  return next({ ctx })
})

/** Admins only. */
export const adminProcedure = signedInProcedure.use(async ({ ctx, next }) => {
  requireRole(ctx.user.role, 'admin')
  return next({ ctx })
})
