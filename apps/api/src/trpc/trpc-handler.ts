import { resolveResponse } from '@trpc/server/http'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PrebookError } from '@prebook/core'
import { appRouter, createRequestContext, procedureType, toPrebookError } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuse } from '../http/refuse.ts'
import type { StreamOptions } from '../http/event-stream.ts'
import { hasBody, isJson } from '../http/request-body.ts'
import { requestFacts } from '../http/request-facts.ts'
import { sendJsonText } from '../http/send-json.ts'
import { callHandler } from './call-handler.ts'
import { MAX_BATCH, trpcPath } from './trpc-path.ts'
import { sseHandler } from './sse-handler.ts'

/** Serves every procedure under `/trpc`. */
export function trpcHandler(options: StreamOptions) {
  const { services, config } = options
  return async (c: Context<HttpEnvironment>): Promise<Response> => {
    // tRPC would also parse forms and files, which no procedure accepts.
    if (c.req.method === 'POST' && hasBody(c) && !isJson(c))
      return refuse(c, new PrebookError('UNSUPPORTED_MEDIA_TYPE'))
    const called = trpcPath(c) ?? ''
    const { method } = c.req
    if (method === 'OPTIONS') return c.body(null, 204, { Allow: methodsOf(called) })
    const type = procedureType(called)
    if (isSingleCall(c)) {
      if (method === 'GET' && type === 'subscription') return sseHandler(c, called, options)
      if ((method === 'GET' || method === 'HEAD') && type === 'query')
        return callHandler(c, { path: called, type }, options)
      if (method === 'POST' && type === 'mutation' && isJson(c))
        return callHandler(c, { path: called, type }, options)
    }
    if (asksForStreaming(c)) {
      const message = 'Responses are not streamed. Use httpBatchLink in place of httpBatchStreamLink.'
      return refuse(c, new PrebookError('VALIDATION_ERROR', { message }))
    }
    let refusedEarly: PrebookError | undefined
    // Called directly: `fetchRequestHandler` would parse the URL again and collect its own headers.
    const response = await resolveResponse({
      req: c.req.raw,
      path: called,
      router: appRouter,
      error: null,
      maxBatchSize: MAX_BATCH,
      createContext: async () =>
        createRequestContext(
          services,
          // Of the calls in a batch, the last one has counted them all.
          requestFacts(c, config, (name, value) =>
            c.header(name, value, { append: !name.startsWith('RateLimit') }),
          ),
        ),
      responseMeta: ({ errors }) => retryAfter(errors.map(toPrebookError)),
      onError({ error, path, ctx }) {
        const refusal = toPrebookError(error)
        if (ctx === undefined) refusedEarly = refusal
        logRefusal(c, refusal, path)
        if (method === 'POST' && error.cause instanceof SyntaxError) c.set('malformedBody', refusal)
      },
    })
    // Without a context, the request id is not known there.
    if (refusedEarly !== undefined) return refuse(c, refusedEarly)
    response.headers.set('cache-control', 'no-store')
    // An answer to HEAD, or a stream with parameters of its connection.
    if (response.status === 204 || response.headers.get('content-type')?.startsWith('text/event-stream'))
      return response
    response.headers.set('vary', 'trpc-accept, accept, accept-encoding')
    if (response.status === 405) response.headers.set('allow', methodsOf(called))
    // Errors that tRPC raises before it parses the calls are JSON, too, but lack the content type.
    response.headers.set('content-type', 'application/json')
    const headers = Object.fromEntries(response.headers)
    return sendJsonText(c, await response.text(), response.status as ContentfulStatusCode, headers)
  }
}

/** The methods of the procedures that a path names, for the header `Allow`. */
function methodsOf(called: string): string {
  const types = called.split(',').map((name) => procedureType(name))
  const reads = types.some((type) => type !== 'mutation')
  const writes = types.some((type) => type === 'mutation' || type === undefined)
  return [...(reads ? ['GET', 'HEAD'] : []), ...(writes ? ['POST'] : []), 'OPTIONS'].join(', ')
}

/** Whether a request is for one procedure, in the plain form in which clients send it. */
function isSingleCall(c: Context<HttpEnvironment>): boolean {
  return c.req.query('batch') === undefined && c.req.query('connectionParams') === undefined
}

/** The `Retry-After` header for a batch: the longest wait of its calls, or none. */
function retryAfter(refusals: PrebookError[]): { headers?: Headers } {
  const seconds = Math.max(0, ...refusals.map((refusal) => refusal.retryAfterSeconds ?? 0))
  return seconds === 0 ? {} : { headers: new Headers({ 'retry-after': String(seconds) }) }
}

/**
 * Whether a request is by `httpBatchStreamLink`. A streamed response sends its headers before the calls run, too early for a
 * cookie that one of the calls sets, and the link cannot read any other.
 */
function asksForStreaming(c: Context<HttpEnvironment>): boolean {
  const accepted = c.req.header('accept')?.includes('application/jsonl')
  return accepted === true || c.req.header('trpc-accept') !== undefined
}
