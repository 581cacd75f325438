import type { Resolver, SubscriptionResolver, TRPCClient, TRPCClientError } from '@trpc/client'
import type { Tracked } from './entities.ts'
import type { LoopOf } from './loops.ts'
import type { ErrorShape, Mutation, PrebookRouter, Query, routes, Subscription } from './router.ts'

/**
 * The error of a call. `data` describes a refusal: `error.data?.reason` is the reason. It is null or undefined if the server did
 * not answer. TypeScript has no types for rejected promises, so check a caught error with {@link isPrebookError} or
 * {@link explainError}, or name this type.
 *
 * @example
 * client.prebooks.create.mutate({ bookId: 1 }).catch((error: PrebookCallError) => {
 *   if (error.data?.reason === 'PREBOOK_DUPLICATE') console.log('Already pre-booked.')
 * })
 */
export type PrebookCallError = TRPCClientError<PrebookRouter>

type Call<Input, Output> = { input: Input; output: Output; errorShape: ErrorShape; transformer: false }

/** A procedure that reads: call `query`. */
export interface QueryCall<Input, Output> {
  /**
   * Calls the procedure and resolves to its result. It changes nothing, so the client sends it again if the server is
   * unreachable or busy. To cancel it, pass `{ signal }` as the second argument.
   *
   * @throws PrebookCallError (the promise rejects with it): see `isPrebookError` and `explainError`
   */
  query: Resolver<Call<Input, Output>>
}

/** A procedure that changes something: call `mutate`. */
export interface MutationCall<Input, Output> {
  /**
   * Calls the procedure and resolves to its result. A refusal has changed nothing. If there was no answer (`unreachable`,
   * `timeout` or `aborted`), the change may have been made. The client sends it again only where that is safe: if it was
   * refused for now, or carries an idempotency key. To cancel it, pass `{ signal }` as the second argument.
   *
   * @throws PrebookCallError (the promise rejects with it): see `isPrebookError` and `explainError`
   */
  mutate: Resolver<Call<Input, Output>>
}

/** A procedure that streams items: call `subscribe`. */
export interface SubscriptionCall<Input, Item> {
  /**
   * Starts the stream. `onData` gets each item as `{ id, data }`. The client connects again after a lost connection.
   * `onError` gets a {@link PrebookCallError} and means that the stream has ended: the server refused it, or ended the session.
   * `unsubscribe()` of the result ends it.
   */
  subscribe: SubscriptionResolver<Call<Input, AsyncIterable<Tracked<Item>, never, unknown>>>
}

type CallOf<Procedure> =
  Procedure extends Query<infer Input, infer Output>
    ? QueryCall<Input, Output>
    : Procedure extends Mutation<infer Input, infer Output>
      ? MutationCall<Input, Output>
      : Procedure extends Subscription<infer Input, AsyncIterable<Tracked<infer Item>>>
        ? SubscriptionCall<Input, Item>
        : never

type Routes = typeof routes
type Calls = {
  [Feature in keyof Routes]: {
    [Name in keyof Routes[Feature]]: CallOf<Routes[Feature][Name]> & LoopOf<Routes[Feature][Name]>
  }
}

/** How tRPC's tools find what sends the calls of a client. */
type Internals = Pick<TRPCClient<PrebookRouter>, Extract<keyof TRPCClient<PrebookRouter>, symbol>>

/** A typed client with every procedure of Prebook: `client.prebooks.create.mutate({ bookId: 1 })`. */
export type PrebookClient = Calls & Internals
