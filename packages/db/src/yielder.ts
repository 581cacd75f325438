import { setImmediate as turn } from 'node:timers/promises'

/** How long a count or a report keeps the event loop before others have their turn, in milliseconds. */
const TURN_MS = 5

/**
 * For work that is made of many small pieces: call it after each. It gives way when it has been this work's turn for long
 * enough, and not before: among others who give way too, such as the dispatcher of a million mails, a piece that is done in
 * a tenth of a millisecond would wait a hundred times as long for its next turn as it takes.
 */
export function createYielder(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < TURN_MS) return
    await turn()
    since = performance.now()
  }
}
