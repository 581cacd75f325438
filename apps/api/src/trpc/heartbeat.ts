import type { ServerResponse } from 'node:http'
import { createTimerWheel, PING_MS } from '@prebook/server'

/** A client that has pending data and reads nothing for this many beats is cut off, which takes 30 to 45 s. */
const MAX_UNREAD_BEATS = 2

type Controller = ReadableStreamDefaultController<Uint8Array>

/** Keeps streams alive: sends regular pings, and cuts off clients that do not read. */
export type Heartbeat = {
  /**
   * Starts the heartbeat of a stream.
   *
   * @param options.ping what is sent
   * @param options.onCutOff called before the client is cut off
   * @returns a function that stops it
   */
  start(
    controller: Controller,
    outgoing: Outgoing,
    options: { ping: Uint8Array; onCutOff: () => void },
  ): () => void
}

type Outgoing = Pick<ServerResponse, 'socket' | 'destroy'>

/** Creates the heartbeat shared by all streams of a process. */
export function createHeartbeat(everyMs: number = PING_MS): Heartbeat {
  const wheel = createTimerWheel<() => void>(everyMs, (visit) => visit())
  return {
    start(controller, outgoing, { ping, onCutOff }) {
      let takenBefore = 0
      let unreadBeats = 0
      return wheel.add(() => {
        const { socket } = outgoing
        const pending = socket?.writableLength ?? 0
        const taken = (socket?.bytesWritten ?? 0) - pending
        unreadBeats = pending > 0 && taken === takenBefore ? unreadBeats + 1 : 0
        takenBefore = taken
        if (unreadBeats >= MAX_UNREAD_BEATS) {
          onCutOff()
          outgoing.destroy()
        } else if ((controller.desiredSize ?? 0) > 0) controller.enqueue(ping)
      })
    },
  }
}
