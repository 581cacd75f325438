import { PrebookError, retention } from '@prebook/core'
import { findKeptAnswer, keepAnswer, UniqueViolation } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { fingerprint as fingerprintOf } from './fingerprint.ts'

const DAY_MS = 86_400_000

/** How long answers are kept, in milliseconds. */
export const KEPT_MS = retention.keptAnswers * DAY_MS

/**
 * Calls a use case once per idempotency key of a request, and returns the kept answer from then on. Without a key it only calls the
 * use case. The use case keeps its answer in the transaction of its change, so that a key never has a change without an answer:
 * see docs/decisions/0043-answers-are-kept-with-their-change.md. A refusal is not kept: its key can be used again.
 *
 * @param call.operation the path of the procedure. It is called after every check of who may call it
 * @throws PrebookError `IDEMPOTENCY_KEY_REUSED` when the key was used for something else, `IDEMPOTENCY_KEY_IN_FLIGHT` while its
 *   first request is running
 */
export async function answerOnce<Context extends ActorContext, Answer>(
  context: Context,
  { operation, input }: { operation: string; input: unknown },
  useCase: (context: Context) => Promise<Answer>,
): Promise<Answer> {
  const { request, services, actor } = context
  const { idempotencyKey: key } = request
  if (key === null) return useCase(context)
  const { store, now } = services
  const principal = actor.id
  const fingerprint = fingerprintOf([operation, input])

  const findKept = async (): Promise<{ answer: Answer } | undefined> => {
    const after = now() - KEPT_MS
    const kept = await store.read((reader) => findKeptAnswer(reader, { principal, key, after }))
    if (kept === undefined) return undefined
    if (kept.fingerprint !== fingerprint) throw new PrebookError('IDEMPOTENCY_KEY_REUSED')
    request.setReplayed()
    return { answer: JSON.parse(kept.answer) as Answer }
  }
  let hasKept = false
  const keep: Context['keep'] = async (tx, answer, about) => {
    const isOwn = actor.kind === 'user' && actor.user.id === about?.userId
    const aboutUserId = about === undefined || isOwn ? {} : { aboutUserId: about.userId }
    const kept = { principal, key, fingerprint, answer: JSON.stringify(answer), ...aboutUserId }
    const time = now()
    await keepAnswer(tx, kept, { now: time, expired: time - KEPT_MS })
    hasKept = true
    return answer
  }

  const before = await findKept()
  if (before !== undefined) return before.answer
  return services.keysInFlight.run(JSON.stringify([principal, key]), async () => {
    try {
      const answer = await useCase({ ...context, keep })
      // A use case that had nothing to change, such as a dry run.
      if (!hasKept) await store.write((tx) => keep(tx, answer))
      return answer
    } catch (error) {
      // The same request may have been answered since, perhaps by another process. Then this one was undone, or refused because of
      // the other.
      const meanwhile = await findKept()
      if (meanwhile !== undefined) return meanwhile.answer
      if (error instanceof UniqueViolation)
        throw new PrebookError('IDEMPOTENCY_KEY_IN_FLIGHT', { retryAfterSeconds: 1, cause: error })
      throw error
    }
  })
}
