import { initTRPC } from '@trpc/server'
import { PrebookError, requireRole, requireScope, tokenScopes } from '@prebook/core'
import { accessTable, scopeTable } from '@prebook/server/access'
import { errorShape, toPrebookError, toTrpcError } from '@prebook/server/errors'
import { requireActor, requireSignedIn, type Call } from './callers.ts'
import type { FakeProcedure } from './procedure-names.ts'

/** What the tRPC server of the fake knows of a request. */
export type FakeContext = Call & {
  /** Records the call, and throws the refusal that a test asked for. */
  onCall: (procedure: FakeProcedure) => void
}

const t = initTRPC.context<FakeContext>().create({
  isDev: false,
  errorFormatter: ({ error, ctx }) => errorShape(toPrebookError(error), ctx?.requestId ?? null),
})

export const { router } = t

const observed = t.procedure.use(async ({ ctx, path, type, next }) => {
  // The path of a procedure of the router, which has all names and no others.
  ctx.onCall(path as FakeProcedure)
  const result = await next()
  if (!result.ok && result.error.cause instanceof PrebookError) throw toTrpcError(result.error.cause)
  // What has changed concerns streams.
  if (type === 'mutation') ctx.shop.streams.wake()
  return result
})

/** The input is read after the access is checked, as the server does. */
const readInput = t.middleware(async ({ getRawInput, next }) => {
  await getRawInput()
  return next()
})

/*
 * Who may call what is looked up in the table that the server's router is tested against. The three kinds of procedures differ
 * in what they know of the caller.
 */

/** A procedure that everyone may call. */
export const anyoneProcedure = observed
  .use(async ({ path, next }) => {
    if (accessTable[path] !== 'public') throw new Error(`${path} is not open to everyone.`)
    return next()
  })
  .use(readInput)

/** A procedure that people with an account may call, of the role in the table. */
export const personProcedure = observed
  .use(async ({ ctx, path, next }) => {
    const call = requireSignedIn(ctx)
    const access = accessTable[path] ?? 'admin'
    if (access === 'staff' || access === 'admin') requireRole(call.user.role, access)
    return next({ ctx: call })
  })
  .use(readInput)

/** A procedure that staff or admins may call, and tokens with the scope in the table. */
export const actorProcedure = observed
  .use(async ({ ctx, path, next }) => {
    const scope = scopeTable[path]
    if (scope === undefined || scope === 'any' || scope === 'none') throw new Error(`${path} has no scope.`)
    const call = requireActor(ctx)
    if (call.actor.kind === 'token') requireScope(call.actor.scopes, scope)
    else requireRole(call.actor.user.role, tokenScopes[scope].role)
    return next({ ctx: call })
  })
  .use(readInput)
