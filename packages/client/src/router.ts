import type {
  inferRouterInputs,
  inferRouterOutputs,
  TRPCBuiltRouter,
  TRPCDefaultErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
  TRPC_ERROR_CODE_KEY,
} from '@trpc/server'
import type { AppRouter } from '@prebook/server/router'
import type {
  Book,
  Broadcast,
  Delivery,
  Demand,
  Prebook,
  PrebookDetail,
  SignedIn,
  StockChange,
  StockHistoryEntry,
  StockMovement,
  StockMovementNews,
  Tracked,
  User,
} from './entities.ts'
import type { Refusal } from './failures.ts'

type Def<Input, Output> = { input: Input; output: Output; meta: object; errorShape: TRPCDefaultErrorShape }

/** A procedure that reads. */
export interface Query<Input, Output> extends TRPCQueryProcedure<Def<Input, Output>> {}
/** A procedure that changes something. */
export interface Mutation<Input, Output> extends TRPCMutationProcedure<Def<Input, Output>> {}
/** A procedure that keeps telling. */
export interface Subscription<Input, Output> extends TRPCSubscriptionProcedure<Def<Input, Output>> {}

type Entity =
  | Book
  | Broadcast
  | Delivery
  | Demand
  | Prebook
  | PrebookDetail
  | SignedIn
  | StockChange
  | StockHistoryEntry
  | StockMovement
  | StockMovementNews
  | User

/*
 * The one of `Candidate` that is the same type as `Type`, to the last optional field. The two functions stand here in full:
 * behind an alias the compiler would compare what the alias is given, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are compared as types; nobody calls them
type SameOf<Type, Candidate> = Candidate extends Candidate
  ? (<T>() => T extends Type ? 1 : 2) extends <T>() => T extends Candidate ? 1 : 2
    ? Candidate
    : never
  : never
// oxlint-enable typescript/no-unnecessary-type-parameters

/** The same type, with the entities in it by their names. */
type Named<Type> = Type extends readonly (infer Item)[]
  ? Named<Item>[]
  : Type extends object
    ? [SameOf<Type, Entity>] extends [never]
      ? { [Key in keyof Type]: Named<Type[Key]> }
      : SameOf<Type, Entity>
    : Type

/** The same stream, with the entities in it by their names. */
type NamedItems<Stream> =
  Stream extends AsyncIterable<{ id: string; data: infer Item }, infer Return, infer Next>
    ? AsyncIterable<Tracked<Named<Item>>, Return, Next>
    : Stream

type Spelled<Procedure> =
  Procedure extends TRPCQueryProcedure<infer D>
    ? Query<D['input'], Named<D['output']>>
    : Procedure extends TRPCMutationProcedure<infer D>
      ? Mutation<D['input'], Named<D['output']>>
      : Procedure extends TRPCSubscriptionProcedure<infer D>
        ? Subscription<D['input'], NamedItems<D['output']>>
        : never

function recordOf<Record>(_router?: { _def: { record: Record } }): {
  [Feature in keyof Record]: { [Name in keyof Record[Feature]]: Spelled<Record[Feature][Name]> }
} {
  return undefined as never
}

/*
 * Every procedure. A value, because the compiler writes out the type of a value in declarations, where an alias would name
 * the server's sources, and with them all that those import. Nothing reads it: it is gone from the built package.
 */
export const routes = recordOf(undefined as unknown as AppRouter)

/** An error of the server, as it is sent. */
type ErrorShape = {
  code: number
  message: string
  /** `code` is tRPC's own, such as `CONFLICT`. */
  data: { code: TRPC_ERROR_CODE_KEY; httpStatus: number } & Refusal
}

/** What everything is inferred from. */
export type PrebookRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof routes
>

/** What each procedure takes: `RouterInputs['books']['list']`. */
export type RouterInputs = inferRouterInputs<PrebookRouter>

/** What each procedure answers: `RouterOutputs['prebooks']['create']`. */
export type RouterOutputs = inferRouterOutputs<PrebookRouter>
