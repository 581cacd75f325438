import {
  callTRPCProcedure,
  type inferRouterInputs,
  type inferRouterOutputs,
  type TrackedEnvelope,
  type TRPCBuiltRouter,
  type TRPCProcedureType as ProcedureType,
} from '@trpc/server'
import { hasRole, type TokenScope } from '@prebook/core'
import { SMALL_BODY, STAFF_BODY, type BodyLimit } from '../body-limit.ts'
import { requireActor, type Actor, type RequestContext } from '../context.ts'
import { accountRoutes } from './account-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { booksRoutes } from './books-routes.ts'
import { deliveriesRoutes } from './deliveries-routes.ts'
import { demandRoutes } from './demand-routes.ts'
import type { ErrorShape } from './errors.ts'
import { prebooksRoutes } from './prebooks-routes.ts'
import { createCallerFactory, router, type Access, type ProcedureMeta } from './procedures.ts'
import { shopRoutes } from './shop-routes.ts'
import { stockRoutes } from './stock-routes.ts'
import { tokensRoutes } from './tokens-routes.ts'
import { usersRoutes } from './users-routes.ts'

const routes = {
  shop: shopRoutes,
  auth: authRoutes,
  account: accountRoutes,
  books: booksRoutes,
  stock: stockRoutes,
  prebooks: prebooksRoutes,
  demand: demandRoutes,
  deliveries: deliveriesRoutes,
  users: usersRoutes,
  tokens: tokensRoutes,
  audit: auditRoutes,
}

/** The router with every procedure. */
export const appRouter = router(routes)

/** Calls procedures without HTTP, for the REST handler. */
export const createCaller = createCallerFactory(appRouter)

type Routes = typeof routes

/** The path of a procedure, such as `prebooks.create`. */
export type ProcedureName = {
  [Feature in keyof Routes]: `${Feature}.${keyof Routes[Feature] & string}`
}[keyof Routes]

type Inputs = inferRouterInputs<typeof appRouter>
type Outputs = inferRouterOutputs<typeof appRouter>
type At<
  All extends Record<string, Record<string, unknown>>,
  Name extends ProcedureName,
> = Name extends `${infer Feature}.${infer Verb}` ? All[Feature][Verb] : never

/** What a procedure accepts. */
export type ProcedureInput<Name extends ProcedureName> = At<Inputs, Name>

/** What a procedure returns. */
export type ProcedureOutput<Name extends ProcedureName> = At<Outputs, Name>

type Definition = { type: ProcedureType; meta?: ProcedureMeta; inputs: unknown[] }

/** What is known of the procedure at a path, which may not exist. */
function definitionOf(path: string): Definition | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures: Record<string, { _def: Definition }> = appRouter._def.procedures as never
  // oxlint-disable-next-line no-underscore-dangle -- nor any other way to their types
  return Object.hasOwn(procedures, path) ? procedures[path]?._def : undefined
}

/** The type of the procedure at a path such as `prebooks.watch`; undefined when there is none. */
export function procedureType(path: string): ProcedureType | undefined {
  return definitionOf(path)?.type
}

/** Who may call a procedure. */
export function accessOf(path: ProcedureName): Access {
  return definitionOf(path)?.meta?.access ?? 'admin'
}

/** The scope with which a token may call a procedure; undefined if none may, unless everyone may. */
export function scopeOf(path: ProcedureName): TokenScope | undefined {
  return definitionOf(path)?.meta?.scope
}

/** Whether a procedure takes an input. */
export function takesInput(path: ProcedureName): boolean {
  return definitionOf(path)?.inputs.length !== 0
}

/** What becomes of the `Idempotency-Key` of a request; undefined if it is refused. See {@link ProcedureMeta}. */
export function idempotencyKeyUse(path: ProcedureName): ProcedureMeta['idempotencyKey'] {
  return definitionOf(path)?.meta?.idempotencyKey
}

/**
 * The largest body of a request that calls some procedures: the largest that one of those may have that the caller may
 * call. Looks the session or the token up, if the request has credentials.
 *
 * @param paths the paths of the procedures, which may not exist
 * @throws PrebookError `AUTH_REQUIRED`, `AUTH_ACCOUNT_DEACTIVATED`, `CSRF_REFUSED` when the credentials are not valid
 */
export async function largestBody(context: RequestContext, paths: readonly string[]): Promise<BodyLimit> {
  if (context.credentials === null) return SMALL_BODY
  const { actor } = await requireActor(context, true)
  let largest = SMALL_BODY
  for (const path of paths) {
    const meta = definitionOf(path)?.meta
    if (meta === undefined || !maySendLargeBody(actor, meta)) continue
    const { bytes, members } = meta.body ?? STAFF_BODY
    largest = { bytes: Math.max(bytes, largest.bytes), members: Math.max(members, largest.members) }
  }
  return largest
}

/** Whether the caller may call a procedure, and is not just a reader. */
function maySendLargeBody(actor: Actor, { access, scope }: ProcedureMeta): boolean {
  if (actor.kind === 'token') return scope !== undefined && actor.scopes.includes(scope)
  return hasRole(actor.user.role, access === 'admin' ? 'admin' : 'staff')
}

/** A call of a procedure without tRPC's handler for HTTP. */
export type ProcedureCall = {
  path: string
  type: ProcedureType
  context: RequestContext
  /** Reads the input. Called once, and only if the caller may call the procedure. */
  getRawInput: () => Promise<unknown>
  signal?: AbortSignal
}

/**
 * Calls a procedure.
 *
 * @throws TRPCError
 */
export async function callProcedure(call: ProcedureCall): Promise<unknown> {
  const { path, type, context, signal } = call
  let input: Promise<unknown> | undefined
  const getRawInput = () => (input ??= call.getRawInput())
  return callTRPCProcedure({
    path,
    type,
    router: appRouter,
    ctx: context,
    getRawInput,
    signal,
    batchIndex: 0,
  })
}

/**
 * Starts a subscription.
 *
 * @returns its items, each with an id
 * @throws TRPCError like any procedure, on the call or while the items are read
 */
export async function subscribe(
  path: string,
  call: Required<Pick<ProcedureCall, 'context' | 'getRawInput' | 'signal'>>,
): Promise<AsyncIterable<TrackedEnvelope<unknown>>> {
  const items = await callProcedure({ ...call, path, type: 'subscription' })
  return items as AsyncIterable<TrackedEnvelope<unknown>>
}

/**
 * The type from which clients infer everything. It is written by hand so that it excludes the context and its
 * dependencies (Kysely's tables, Lucia): see docs/decisions/0003-the-routers-type-is-named-by-hand.md.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  Routes
>
