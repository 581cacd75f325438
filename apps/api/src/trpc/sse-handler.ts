import type { Context } from 'hono'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import { PrebookError } from '@prebook/core'
import {
  createRequestContext,
  errorShape,
  SILENCE_MS,
  subscribe,
  toPrebookError,
  type Services,
} from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { requestFacts } from '../http/request-facts.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Heartbeat } from './heartbeat.ts'

/** The dependencies of the handler for streams. */
export type SseHandlerOptions = {
  services: Services
  config: Config
  metrics: Metrics
  heartbeat: Heartbeat
}

/**
 * Serves a subscription as server-sent events, with the event names of tRPC's protocol (`connected`, `ping`,
 * `serialized-error`, `return`). tRPC's implementation passes each event through three streams and a race with a timer,
 * which costs several times as much: see docs/decisions/0021-streams-have-a-door-of-their-own.md.
 */
export async function sseHandler(
  c: Context<HttpEnvironment>,
  path: string,
  { services, config, metrics, heartbeat }: SseHandlerOptions,
): Promise<Response> {
  const leaving = new AbortController()
  let items: AsyncIterator<[id: string, data: unknown, ...unknown[]]> | null = null
  const { outgoing } = c.env
  outgoing.once('close', () => {
    leaving.abort()
    // A generator that waits for its reader, not for an event, does not see the abort signal.
    void items?.return?.()
  })
  const context = createRequestContext(
    services,
    requestFacts(c, config, (name, value) => c.header(name, value)),
  )
  let stopHeartbeat = () => {}
  let ended = false
  const end = (how: string) => {
    if (ended) return
    ended = true
    stopHeartbeat()
    metrics.observeStreamEnd(path, how)
  }
  const refuse = (error: unknown): string => {
    const refusal = toPrebookError(getTRPCErrorFromUnknown(error))
    logRefusal(c, refusal, path)
    end(refusal.reason)
    return frame(JSON.stringify(errorShape(refusal, c.get('requestId'))), { event: 'serialized-error' })
  }

  let first = frame(JSON.stringify({ reconnectAfterInactivityMs: SILENCE_MS }), { event: 'connected' })
  try {
    const call = { context, input: readInput(c), signal: leaving.signal }
    items = (await subscribe(path, call))[Symbol.asyncIterator]()
  } catch (error) {
    first += refuse(error)
  }

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(first))
      if (items === null) controller.close()
      else stopHeartbeat = heartbeat.start(controller, outgoing, () => end('cut-off'))
    },
    // Called only after the connection has taken the previous events, so a slow client slows its own stream.
    async pull(controller) {
      try {
        const next = await items?.next()
        if (next === undefined || leaving.signal.aborted) return
        if (next.done !== true) {
          const [id, data] = next.value
          return controller.enqueue(Buffer.from(frame(JSON.stringify(data), { id })))
        }
        controller.enqueue(Buffer.from(frame('', { event: 'return' })))
      } catch (error) {
        if (leaving.signal.aborted) return
        if (!isAbort(error)) controller.enqueue(Buffer.from(refuse(error)))
      }
      end('stopped')
      controller.close()
    },
    cancel() {
      end('left')
      leaving.abort()
    },
  })
  return c.body(body, 200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    // Turns off nginx's response buffering.
    'X-Accel-Buffering': 'no',
  })
}

/** Reads the input and adds the last event id that a reconnecting client sends, as tRPC does. */
function readInput(c: Context<HttpEnvironment>): unknown {
  const text = c.req.query('input')
  const lastEventId = c.req.header('last-event-id') ?? c.req.query('lastEventId')
  let input: unknown
  try {
    input = text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    const issues = [{ path: '', message: 'Must be valid JSON.' }]
    throw new PrebookError('VALIDATION_ERROR', {
      message: 'The input is not valid JSON.',
      issues,
      cause: error,
    })
  }
  if (!lastEventId || (input !== undefined && (typeof input !== 'object' || input === null))) return input
  return { ...input, lastEventId }
}

function frame(data: string, { event, id }: { event?: string; id?: string }): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n${id === undefined ? '' : `id: ${id}\n`}\n`
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
