import type { Connection } from '../session/connect.ts'
import { retryWhileBusy } from '../session/retry.ts'
import type { Progress } from '../terminal/progress.ts'

/** Calls the server as {@link Connection} does, with retries. Every request of a shipment is safe to repeat. */
export type Call = Connection['call']

/** Adds retries to the calls of a connection; `signal` ends them. */
export function createRetryingCall({ call }: Connection, progress: Progress, signal: AbortSignal): Call {
  return (send) =>
    retryWhileBusy(
      () => call(send),
      signal,
      (sentence) => progress.info(sentence),
    )
}
