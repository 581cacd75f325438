import type {
  inferRouterInputs,
  inferRouterOutputs,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
  TRPC_ERROR_CODE_KEY,
} from '@trpc/server'
import type { AppRouter } from '@prebook/server/router'
import type {
  Account,
  AccountExport,
  Announcement,
  ApiToken,
  AuditEntry,
  Book,
  BookAvailability,
  BookWithdrawal,
  BookWithdrawalPreview,
  BookSuggestion,
  Broadcast,
  ChangedUser,
  ConfirmedPrebook,
  Delivery,
  Demand,
  Invitation,
  NewApiToken,
  OverdueBook,
  Prebook,
  PrebookDetail,
  Session,
  Shop,
  SignedIn,
  StockChange,
  StockHistoryEntry,
  StockLineChange,
  StockLineRefusal,
  StockMovement,
  StockMovementNews,
  Tracked,
  User,
  WithdrawnWaitlist,
} from './entities.ts'
import type { Refusal } from './failures.ts'

type Def<Input, Output> = { input: Input; output: Output; meta: object; errorShape: ErrorShape }

/** A procedure that reads. */
export interface Query<Input, Output> extends TRPCQueryProcedure<Def<Input, Output>> {}
/** A procedure that changes something. */
export interface Mutation<Input, Output> extends TRPCMutationProcedure<Def<Input, Output>> {}
/** A procedure that streams items. */
export interface Subscription<Input, Output> extends TRPCSubscriptionProcedure<Def<Input, Output>> {}

type Entity =
  | Account
  | AccountExport
  | Announcement
  | ApiToken
  | AuditEntry
  | Book
  | BookAvailability
  | BookWithdrawal
  | BookWithdrawalPreview
  | BookSuggestion
  | Broadcast
  | ChangedUser
  | ConfirmedPrebook
  | Delivery
  | Demand
  | Invitation
  | NewApiToken
  | OverdueBook
  | Prebook
  | PrebookDetail
  | Session
  | Shop
  | SignedIn
  | StockChange
  | StockHistoryEntry
  | StockLineChange
  | StockLineRefusal
  | StockMovement
  | StockMovementNews
  | User
  | WithdrawnWaitlist

/*
 * The member of `Candidate` that is identical to `Type`, including optional fields. The two function types are written out,
 * since with an alias the compiler would compare only the type arguments, and less strictly.
 */
// oxlint-disable typescript/no-unnecessary-type-parameters -- these functions are only compared as types
type SameOf<Type, Candidate> = Candidate extends Candidate
  ? (<T>() => T extends Type ? 1 : 2) extends <T>() => T extends Candidate ? 1 : 2
    ? Candidate
    : never
  : never
// oxlint-enable typescript/no-unnecessary-type-parameters

/** The same type, with its entities by name. */
type Named<Type> = Type extends readonly (infer Item)[]
  ? Named<Item>[]
  : Type extends object
    ? [SameOf<Type, Entity>] extends [never]
      ? { [Key in keyof Type]: Named<Type[Key]> }
      : SameOf<Type, Entity>
    : Type

/** The same stream, with its entities by name. */
type NamedItems<Stream> =
  Stream extends AsyncIterable<{ id: string; data: infer Item }, infer Return, infer Next>
    ? AsyncIterable<Tracked<Named<Item>>, Return, Next>
    : Stream

/** The same input. What may be undefined may be left out. */
type Argument<Input> = undefined extends Input ? Input | void : Input

type NamedProcedure<Procedure> =
  Procedure extends TRPCQueryProcedure<infer D>
    ? Query<Argument<D['input']>, Named<D['output']>>
    : Procedure extends TRPCMutationProcedure<infer D>
      ? Mutation<Argument<D['input']>, Named<D['output']>>
      : Procedure extends TRPCSubscriptionProcedure<infer D>
        ? Subscription<Argument<D['input']>, NamedItems<D['output']>>
        : never

function recordOf<Record>(_router?: { _def: { record: Record } }): {
  [Feature in keyof Record]: { [Name in keyof Record[Feature]]: NamedProcedure<Record[Feature][Name]> }
} {
  return undefined as never
}

/*
 * Every procedure. This is a value, since the compiler expands the type of a value in declarations. An alias would refer to
 * the server's sources and everything that they import. The value is unused, so the built package does not contain it.
 */
export const routes = recordOf(undefined as unknown as AppRouter)

/** An error response of the server. */
export type ErrorShape = {
  code: number
  message: string
  /** `code` is the tRPC error code, such as `CONFLICT`. */
  data: { code: TRPC_ERROR_CODE_KEY; httpStatus: number } & Refusal
}

/**
 * The type of the server's router, for your own tRPC tools: `createTRPCClient<PrebookRouter>`, `TRPCLink<PrebookRouter>`,
 * `createTRPCOptionsProxy<PrebookRouter>`.
 */
export type PrebookRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof routes
>

/** The input, also of a procedure that can be called without one. */
type Given<Input> = [Input] extends [void] ? Input : Exclude<Input, void | undefined>

type AllInputs = inferRouterInputs<PrebookRouter>

/** The input of each procedure: `RouterInputs['books']['list']`. */
export type RouterInputs = {
  [Feature in keyof AllInputs]: { [Name in keyof AllInputs[Feature]]: Given<AllInputs[Feature][Name]> }
}

/** The output of each procedure: `RouterOutputs['prebooks']['create']`. */
export type RouterOutputs = inferRouterOutputs<PrebookRouter>
