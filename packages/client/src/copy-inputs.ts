import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { PrebookRouter } from './router.ts'

/**
 * Copies the input of a call when it is made. What the application changes afterwards is not sent, also if the call waits for its
 * batch or is repeated. An input that JSON cannot contain fails its own call, and not the others of its batch.
 */
export function copyInputs(): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) => {
      if (op.input === undefined) return next(op)
      let input: unknown
      try {
        input = JSON.parse(JSON.stringify(op.input))
      } catch (error) {
        return observable((observer) => observer.error(TRPCClientError.from(error as Error)))
      }
      return next({ ...op, input })
    }
}
