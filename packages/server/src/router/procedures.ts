import { initTRPC } from '@trpc/server'
import { PrebookError, requireRole, tokenScopes, type TokenScope } from '@prebook/core'
import { authorize } from '../auth/authorize.ts'
import type { BodyLimit } from '../body-limit.ts'
import { requireActor, requireSignedIn, type RequestContext } from '../context.ts'
import { errorShape, toPrebookError, toTrpcError, transformerRefused, type ErrorShape } from './errors.ts'

/** The interval of pings on an idle stream, in milliseconds. */
export const PING_MS = 15_000
/** A client reconnects after this long without data, in milliseconds. */
export const SILENCE_MS = 3 * PING_MS

/** Who may call a procedure. `staff` are staff and admins; `signed in` is any active account. */
export type Access = 'public' | 'signed in' | 'staff' | 'admin'

/** What is known of a procedure before it is called. */
export type ProcedureMeta = {
  access?: Access
  /** The scope with which a token may call it. Without one, no token may, unless everyone may. */
  scope?: TokenScope
  /** The largest body of a request by staff and admins, if not `STAFF_BODY`. */
  body?: BodyLimit
  /**
   * What becomes of the `Idempotency-Key` header of a REST request: `kept` keeps the answer under it, `input` takes it like the
   * field of the input. By default such a request is refused, as it must be if the input or the answer holds a secret.
   */
  idempotencyKey?: 'kept' | 'input'
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    // Never send stack traces, whatever NODE_ENV says.
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: PING_MS }, client: { reconnectAfterInactivityMs: SILENCE_MS } },
    errorFormatter: ({ error, ctx }): ErrorShape =>
      errorShape(toPrebookError(error), ctx?.request.id ?? null),
  })

export const { router, createCallerFactory } = t

/** Refuses every call while the prices of the database are in another currency than this process believes. */
const inCurrency = t.middleware(async ({ ctx, next }) => {
  await ctx.services.currency.confirm()
  return next()
})

/** Gives errors thrown by a use case the code of the error table. */
const observed = t.procedure
  .use(async ({ ctx, path, next }) => {
    const started = performance.now()
    const result = await next()
    const outcome = result.ok ? 'ok' : toPrebookError(result.error).reason
    const data = result.ok ? result.data : undefined
    ctx.services.observe({ procedure: path, outcome, ms: performance.now() - started, data })
    if (!result.ok && result.error.cause instanceof PrebookError) throw toTrpcError(result.error.cause)
    return result
  })
  .use(inCurrency)

/**
 * Counts a call by a token and sets the headers about its limit. Refused calls count as well. A download counts once.
 *
 * @throws PrebookError `RATE_LIMITED`
 */
async function countTokenCall({ credentials, services, request, apiToken }: RequestContext): Promise<void> {
  if (credentials?.of !== 'machine' || request.isContinued === true) return
  const { row } = await apiToken()
  const { allowed, ...used } = services.tokenThrottle.count(row.id)
  request.setRateLimit(used)
  if (allowed) return
  throw new PrebookError('RATE_LIMITED', {
    message: `A token can make up to ${used.limit} calls in a minute. Try again later.`,
    retryAfterSeconds: used.resetSeconds,
  })
}

const signedIn = observed.use(async ({ ctx, type, next }) => {
  await countTokenCall(ctx)
  return next({ ctx: await requireSignedIn(ctx, type === 'mutation') })
})

/**
 * Reads the input, even of a procedure that takes none. It is the last step before the schema, so the input of somebody who
 * may not call is never looked at.
 */
const readInput = t.middleware(async ({ getRawInput, next }) => {
  if (isTransformed(await getRawInput())) throw transformerRefused()
  return next()
})

/** Whether an input has the form in which superjson and similar transformers send it. No procedure has a field `json`. */
function isTransformed(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'json')
}

/** Open to everyone. */
export const publicProcedure = observed.meta({ access: 'public' }).use(readInput)

/** Any active account, staff and admins included. */
export const signedInProcedure = signedIn.meta({ access: 'signed in' }).use(readInput)

/** Admins only. */
export const adminProcedure = signedIn
  .meta({ access: 'admin' })
  .use(async ({ ctx, next }) => {
    requireRole(ctx.user.role, 'admin')
    return next({ ctx })
  })
  .use(readInput)

/**
 * Tokens with a scope, and the staff or admins that the scope names. The use case must show no address to staff, nor to
 * tokens unless the scope is about addresses.
 */
export function scopedProcedure(scope: TokenScope) {
  return observed
    .meta({ access: tokenScopes[scope].role, scope })
    .use(async ({ ctx, type, next }) => {
      await countTokenCall(ctx)
      const context = await requireActor(ctx, type === 'mutation')
      authorize(context.actor, scope)
      return next({ ctx: context })
    })
    .use(readInput)
}
