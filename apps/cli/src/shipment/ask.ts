import type { Connection } from '../session/connect.ts'
import type { Progress } from '../terminal/progress.ts'
import { sendPatiently } from '../session/repeat.ts'

/** Calls the server as {@link Connection} does, and patiently: nothing that a shipment sends counts twice. */
export type Ask = Connection['call']

/** Makes the way in which a shipment talks to the server; `signal` ends the patience. */
export function askPatiently({ call }: Connection, progress: Progress, signal: AbortSignal): Ask {
  return (send) =>
    sendPatiently(
      () => call(send),
      signal,
      (sentence) => progress.remark(sentence),
    )
}
