import type { Context } from 'hono'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import type { PrebookError } from '@prebook/core'
import { toPrebookError, type Services } from '@prebook/server'
import type { Config } from '../config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Heartbeat } from '../trpc/heartbeat.ts'
import type { HttpEnvironment } from './environment.ts'
import { logRefusal } from './log-refusal.ts'

/** The dependencies of the handlers for streams. */
export type StreamOptions = {
  services: Services
  config: Config
  metrics: Metrics
  heartbeat: Heartbeat
}

/** The items of a stream, each with an id. */
export type EventItems = Pick<AsyncIterator<[id: string, data: unknown, ...unknown[]]>, 'next' | 'return'>

/** How an API writes a stream of events. */
export type EventFormat = {
  /** The beginning, which is sent when the subscription has started; empty if there is none. */
  opening: () => string
  ping: Uint8Array
  item(id: string, data: unknown): string
  refusal(refusal: PrebookError): string
  /** The end of a stream that was not refused. */
  ending: string
}

export const EVENT_STREAM = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // Turns off nginx's response buffering.
  'X-Accel-Buffering': 'no',
}

/**
 * Responds with the items of a subscription as server-sent events.
 *
 * @param stream.open starts the subscription, until the signal aborts. What it throws is not caught
 */
export async function sendEvents(
  c: Context<HttpEnvironment>,
  stream: { procedure: string; open: (signal: AbortSignal) => Promise<EventItems>; format: EventFormat },
  { metrics, heartbeat }: Pick<StreamOptions, 'metrics' | 'heartbeat'>,
): Promise<Response> {
  const { procedure, format } = stream
  const leaving = new AbortController()
  let items: EventItems | null = null
  const { outgoing } = c.env
  outgoing.once('close', () => {
    leaving.abort()
    // A generator that waits for its reader, not for an event, does not see the abort signal.
    void items?.return?.()
  })
  let stopHeartbeat = () => {}
  let ended = false
  const end = (how: string) => {
    if (ended) return
    ended = true
    stopHeartbeat()
    metrics.observeStreamEnd(procedure, how)
  }
  const opened = (items = await stream.open(leaving.signal))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const opening = format.opening()
      if (opening !== '') controller.enqueue(Buffer.from(opening))
      stopHeartbeat = heartbeat.start(controller, outgoing, {
        ping: format.ping,
        onCutOff: () => end('cut-off'),
      })
    },
    // Called only after the connection has taken the previous events, so a slow client slows its own stream.
    async pull(controller) {
      try {
        const next = await opened.next()
        if (leaving.signal.aborted) return
        if (next.done !== true) {
          const [id, data] = next.value
          return controller.enqueue(Buffer.from(format.item(id, data)))
        }
        if (format.ending !== '') controller.enqueue(Buffer.from(format.ending))
      } catch (error) {
        if (leaving.signal.aborted) return
        if (!isAbort(error)) {
          const refusal = toPrebookError(getTRPCErrorFromUnknown(error))
          logRefusal(c, refusal, procedure)
          end(refusal.reason)
          controller.enqueue(Buffer.from(format.refusal(refusal)))
        }
      }
      end('stopped')
      controller.close()
    },
    cancel() {
      end('left')
      leaving.abort()
    },
  })
  return c.body(body, 200, EVENT_STREAM)
}

/** Writes one event. */
export function eventFrame(data: string, { event, id }: { event?: string; id?: string } = {}): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n${id === undefined ? '' : `id: ${id}\n`}\n`
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
