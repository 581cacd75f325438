import { resolveResponse } from '@trpc/server/http'
import type { Context } from 'hono'
import { PrebookError } from '@prebook/core'
import { appRouter, createRequestContext, isSubscription, toPrebookError } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuse } from '../http/refuse.ts'
import { hasBody, isJson } from '../http/request-body.ts'
import { requestFacts } from '../http/request-facts.ts'
import { sseHandler, type SseHandlerOptions } from './sse-handler.ts'

/** The most calls that one request may hold; the client sends as many at once. */
const MAX_BATCH = 10

/** Where the procedures are. */
const ENDPOINT = '/trpc'

/** Serves every procedure under `/trpc`. */
export function trpcHandler(options: SseHandlerOptions) {
  const { services, config } = options
  return async (c: Context<HttpEnvironment>): Promise<Response> => {
    // tRPC would also read forms and files, which no procedure takes.
    if (c.req.method === 'POST' && hasBody(c) && !isJson(c))
      return refuse(c, new PrebookError('UNSUPPORTED_MEDIA_TYPE'))
    // tRPC takes slashes at the end too: they must not lead past the door of the streams.
    const called = c.req.path.slice(ENDPOINT.length + 1).replace(/\/+$/, '')
    if (c.req.method === 'GET' && isSubscription(called) && c.req.query('batch') === undefined)
      return sseHandler(c, called, options)
    const cookies: string[] = []
    // What `fetchRequestHandler` calls, too. It would read the address once more, and gather headers of its own.
    const response = await resolveResponse({
      req: inOnePiece(c.req.raw),
      path: called,
      router: appRouter,
      error: null,
      maxBatchSize: MAX_BATCH,
      createContext: async () =>
        createRequestContext(
          services,
          requestFacts(c, config, (header) => cookies.push(header)),
        ),
      responseMeta: ({ errors }) => waitingTime(errors.map(toPrebookError)),
      onError: ({ error, path }) => logRefusal(c, toPrebookError(error), path),
    })
    response.headers.set('cache-control', 'no-store')
    for (const cookie of cookies) response.headers.append('set-cookie', cookie)
    // What tRPC refuses before it has read the calls is JSON too, but it does not say so.
    if ((response.headers.get('content-type') ?? 'text/plain').startsWith('text/plain')) {
      response.headers.set('content-type', 'application/json')
    }
    return response
  }
}

/** When the client may come again, if one of the calls was refused for a time: after the longest of these times. */
function waitingTime(refusals: PrebookError[]): { headers?: Headers } {
  const seconds = Math.max(0, ...refusals.map((refusal) => refusal.retryAfterSeconds ?? 0))
  return seconds === 0 ? {} : { headers: new Headers({ 'retry-after': String(seconds) }) }
}

/**
 * A request whose answer comes in one piece. A client may ask for the answers of a batch one by one, as each is ready; by
 * then the headers are gone, and with them the cookie that one of the calls wanted to set.
 */
function inOnePiece(request: Request): Request {
  const wantsPieces =
    request.headers.has('trpc-accept') || request.headers.get('accept')?.includes('application/jsonl')
  if (wantsPieces !== true) return request
  const headers = new Headers(request.headers)
  headers.delete('trpc-accept')
  headers.set('accept', 'application/json')
  return new Request(request, { headers })
}
