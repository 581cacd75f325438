import type { Context } from 'hono'
import { PrebookError } from '@prebook/core'
import { createRequestContext, errorShape, SILENCE_MS, subscribe } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import {
  eventFrame,
  sendEvents,
  type EventFormat,
  type EventItems,
  type StreamOptions,
} from '../http/event-stream.ts'
import { requestFacts } from '../http/request-facts.ts'

const OPENING = eventFrame(JSON.stringify({ reconnectAfterInactivityMs: SILENCE_MS }), { event: 'connected' })

const format: Omit<EventFormat, 'opening' | 'refusal'> = {
  ping: Buffer.from(eventFrame('', { event: 'ping' })),
  item: (id, data) => eventFrame(JSON.stringify(data), { id }),
  ending: eventFrame('', { event: 'return' }),
}

/**
 * Serves a subscription as server-sent events, with the event names of tRPC's protocol (`connected`, `ping`,
 * `serialized-error`, `return`). tRPC's implementation passes each event through three streams and a race with a timer,
 * which costs several times as much: see docs/decisions/0021-streams-have-a-door-of-their-own.md.
 */
export async function sseHandler(
  c: Context<HttpEnvironment>,
  path: string,
  options: StreamOptions,
): Promise<Response> {
  const { services, config } = options
  const context = createRequestContext(
    services,
    requestFacts(c, config, (name, value) => c.header(name, value)),
  )
  let opening = OPENING
  const open = async (signal: AbortSignal): Promise<EventItems> => {
    try {
      const items = await subscribe(path, { context, getRawInput: async () => readInput(c), signal })
      return items[Symbol.asyncIterator]()
    } catch (error) {
      // tRPC's clients expect a refusal in the stream. Without the opening, they do not show it as connected.
      opening = ''
      return { next: () => Promise.reject(error) }
    }
  }
  const refusal = (error: PrebookError) =>
    eventFrame(JSON.stringify(errorShape(error, c.get('requestId'))), { event: 'serialized-error' })
  return sendEvents(
    c,
    { procedure: path, open, format: { ...format, opening: () => opening, refusal } },
    options,
  )
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
