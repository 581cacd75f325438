import type { ServerResponse } from 'node:http'
import { createTimerWheel, PING_MS } from '@prebook/server'

/** A reader that has taken nothing for so many beats, although something waits for it, is cut off: after 30 to 45 s. */
const BEATS_UNREAD = 2

const PING = Buffer.from('event: ping\ndata: \n\n')

type Controller = ReadableStreamDefaultController<Uint8Array>

/** What keeps streams alive: each says regularly that it lives, and a reader that does not read is cut off. */
export type Heartbeat = {
  /**
   * Takes care of a stream.
   *
   * @param onCutOff is called before a reader is cut off
   * @returns what ends it
   */
  beat(controller: Controller, outgoing: Outgoing, onCutOff: () => void): () => void
}

type Outgoing = Pick<ServerResponse, 'socket' | 'destroy'>

/** Makes the pulse of a process. */
export function createHeartbeat(everyMs: number = PING_MS): Heartbeat {
  const wheel = createTimerWheel<() => void>(everyMs, (visit) => visit())
  return {
    beat(controller, outgoing, onCutOff) {
      let sent = 0
      let unread = 0
      return wheel.add(() => {
        const { socket } = outgoing
        const waiting = socket?.writableLength ?? 0
        const taken = (socket?.bytesWritten ?? 0) - waiting
        unread = waiting > 0 && taken === sent ? unread + 1 : 0
        sent = taken
        if (unread >= BEATS_UNREAD) {
          onCutOff()
          outgoing.destroy()
        } else if ((controller.desiredSize ?? 0) > 0) controller.enqueue(PING)
      })
    },
  }
}
