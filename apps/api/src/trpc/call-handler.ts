import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server'
import type { Context } from 'hono'
import { callProcedure, createRequestContext, toPrebookError, type Services } from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuse } from '../http/refuse.ts'
import { requestFacts } from '../http/request-facts.ts'
import { sendJson } from '../http/send-json.ts'

const HEADERS = { 'Cache-Control': 'no-store', Vary: 'trpc-accept, accept, accept-encoding' }

/**
 * Answers one call outside a batch, as nearly all are. tRPC's own handler, which answers everything else, first builds a
 * `Request`, a `URL`, `Headers` and several abort signals: see docs/decisions/0035-single-calls-are-called-directly.md.
 */
export async function callHandler(
  c: Context<HttpEnvironment>,
  call: { path: string; type: 'query' | 'mutation' },
  { services, config }: { services: Services; config: Config },
): Promise<Response> {
  const facts = requestFacts(c, config, (name, value) => c.header(name, value, { append: true }))
  const context = createRequestContext(services, facts)
  try {
    const data = await callProcedure({ ...call, context, getRawInput: () => readInput(c) })
    return sendJson(c, { result: { data } }, 200, HEADERS)
  } catch (error) {
    const failure = getTRPCErrorFromUnknown(error)
    const refusal = toPrebookError(failure)
    if (failure.cause instanceof SyntaxError && c.req.method === 'POST') c.set('malformedBody', refusal)
    logRefusal(c, refusal, call.path)
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
    return refuse(c, refusal)
  }
}

async function readInput(c: Context<HttpEnvironment>): Promise<unknown> {
  try {
    const text = c.req.method === 'POST' ? await c.req.text() : c.req.query('input')
    return text === undefined || text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    // Also when the client leaves before the end of its body.
    throw new TRPCError({ code: 'BAD_REQUEST', cause })
  }
}
