import type { TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { markRefusal } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** Makes each refusal recognisable after it was cloned, also those in the connection state of a subscription. */
export function markRefusals(): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op).subscribe({
          next(envelope) {
            const { result } = envelope
            if (result.type === 'state' && result.error) markRefusal(result.error)
            observer.next(envelope)
          },
          error: (error) => observer.error(markRefusal(error)),
          complete: () => observer.complete(),
        }),
      )
}
