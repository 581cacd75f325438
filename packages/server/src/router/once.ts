import type { ActorContext } from '../context.ts'
import { answerOnce } from '../idempotency/answer-once.ts'

/** The answer of the procedure is kept under the `Idempotency-Key` of a request. Its resolver is made by {@link once}. */
export const KEPT = { idempotencyKey: 'kept' } as const

/** A resolver that calls a use case once per idempotency key. The use case keeps its answer, see `RequestContext.keep`. */
export function once<Context extends ActorContext, Input, Answer>(
  useCase: (context: Context, input: Input) => Promise<Answer>,
): (call: { ctx: Context; input: Input; path: string }) => Promise<Answer> {
  return ({ ctx, input, path }) =>
    answerOnce(ctx, { operation: path, input }, (context) => useCase(context, input))
}
