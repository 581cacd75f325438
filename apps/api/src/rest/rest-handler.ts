import { getTRPCErrorFromUnknown } from '@trpc/server'
import { Hono, type Context } from 'hono'
import { invalid, limits, PrebookError } from '@prebook/core'
import {
  callProcedure,
  createRequestContext,
  procedureType,
  subscribe,
  toPrebookError,
  type ProcedureCall,
  type RequestContext,
  type RequestFacts,
  type Services,
} from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import {
  EVENT_STREAM,
  eventFrame,
  sendEvents,
  type EventFormat,
  type StreamOptions,
} from '../http/event-stream.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { problemDetails, refuse } from '../http/refuse.ts'
import { requestFacts } from '../http/request-facts.ts'
import { sendFreshJson, sendJson, sendPublicJson } from '../http/send-json.ts'
import { readIdempotencyKey, REPLAYED_HEADER } from './idempotency-header.ts'
import { snakeCase, toSnake } from './names.ts'
import { readInput } from './read-input.ts'
import { sendList, type ListPage } from './send-list.ts'
import { fieldsOf, honoPath, type RestRoute } from './route.ts'
import { restRoutes } from './routes.ts'

/** The REST API: each route of the table calls its procedure. */
export function restHandler(options: StreamOptions): Hono<HttpEnvironment> {
  const app = new Hono<HttpEnvironment>()
  const paths = new Set(restRoutes.map(honoPath))
  // `/prebooks/watch` before `/prebooks/:id`.
  for (const path of [...paths].toSorted((one, other) => parametersIn(one) - parametersIn(other))) {
    const routes = restRoutes.filter((route) => honoPath(route) === path)
    for (const route of routes) app.on(route.method, path, (c) => answer(c, route, options))
    // So that `watch` is never the id of a pre-booking.
    app.all(path, (c) => c.notFound())
  }
  return app
}

function parametersIn(path: string): number {
  return path.split(':').length
}

/** Input is read only once the caller is known to be allowed: the procedure asks for it. */
async function answer(
  c: Context<HttpEnvironment>,
  route: RestRoute,
  options: StreamOptions,
): Promise<Response> {
  const { services, config } = options
  c.header('Cache-Control', 'no-store')
  const facts = {
    ...requestFacts(c, config, (name, value) => c.header(name, value, { append: true })),
    ...(route.isForAnyOrigin === true && { authorization: null, cookie: null }),
    setReplayed: () => c.header(REPLAYED_HEADER, 'true'),
  }
  const context = createRequestContext(services, facts)
  let unread: unknown
  const getRawInput = async () => {
    try {
      facts.idempotencyKey = readIdempotencyKey(c, route)
      return await readInput(c, route, services)
    } catch (error) {
      unread = error
      throw error
    }
  }
  try {
    const path = route.procedure
    const type = procedureType(path) ?? 'query'
    if (type === 'subscription') return await stream(c, route, { context, getRawInput }, options)
    if (route.download !== undefined)
      return await download(c, route, route.download, { services, facts, getRawInput })
    const result = await callProcedure({ path, type, context, getRawInput })
    if (route.output === null) return c.body(null, route.status)
    const currency = services.currency.code
    const shown = route.present === undefined ? result : route.present(result as never, currency)
    const body = toSnake(shown, currency)
    if (route.freshSeconds !== undefined) return sendFreshJson(c, body, route.freshSeconds)
    if (route.isPublic === true) return sendPublicJson(c, body)
    return sendJson(c, body, route.status as 200)
  } catch (error) {
    const refusal = toPrebookError(getTRPCErrorFromUnknown(error))
    logRefusal(c, refusal, `${route.method} ${route.path}`)
    // What could not be read is described in the names of the request already.
    return refuse(c, refusal === unread ? refusal : withRestNames(route, refusal))
  }
}

/** Each page is a call of its own, with the access of its moment: who loses it in the middle gets no more. */
async function download(
  c: Context<HttpEnvironment>,
  route: RestRoute,
  { list, fileName }: NonNullable<RestRoute['download']>,
  call: { services: Services; facts: RequestFacts; getRawInput: () => Promise<Record<string, unknown>> },
): Promise<Response> {
  const { services, facts } = call
  let filters: Record<string, unknown> = {}
  const readPage = async (context: RequestContext, getRawInput: () => Promise<unknown>) =>
    (await callProcedure({ path: route.procedure, type: 'query', context, getRawInput })) as ListPage
  const first = await readPage(createRequestContext(services, facts), async () => {
    filters = await call.getRawInput()
    // Of the procedure, but not of the download.
    const paging = ['limit', 'cursor'].find((field) => field in filters)
    if (paging !== undefined) throw invalid(paging, 'Unknown field.')
    return { ...filters, limit: limits.page.max }
  })
  const of = route.pathField === undefined ? '' : `-${String(filters[route.pathField])}`
  const file = { list, name: `${fileName}${of}-${services.today()}` }
  return sendList(c, file, first, (cursor) =>
    readPage(createRequestContext(services, { ...facts, isContinued: true }), async () => ({
      ...filters,
      limit: limits.page.max,
      cursor,
    })),
  )
}

async function stream(
  c: Context<HttpEnvironment>,
  route: RestRoute,
  call: Pick<ProcedureCall, 'context' | 'getRawInput'>,
  options: StreamOptions,
): Promise<Response> {
  const procedure = route.procedure
  const open = async (signal: AbortSignal) =>
    (await subscribe(procedure, { ...call, signal }))[Symbol.asyncIterator]()
  if (c.req.method !== 'HEAD')
    return sendEvents(c, { procedure, open, format: eventFormat(c, options.services) }, options)
  // It starts when it is read, so this only checks whether it would.
  await open(AbortSignal.abort())
  return c.body(null, 200, EVENT_STREAM)
}

/** Events have no name, so that an `EventSource` calls `onmessage`. Everything else is a comment, which it ignores. */
function eventFormat(c: Context<HttpEnvironment>, { currency }: Services): EventFormat {
  return {
    opening: () => ': connected\n\n',
    ping: Buffer.from(': ping\n\n'),
    item: (id, data) => eventFrame(JSON.stringify(toSnake(data, currency.code)), { id }),
    refusal: (refusal) =>
      eventFrame(JSON.stringify(problemDetails(refusal, c.get('requestId'))), { event: 'problem' }),
    ending: '',
  }
}

/** Converts the field names of a procedure's error to those of the request: `bookId` becomes `book_id`, or the path's `id`. */
function withRestNames(route: RestRoute, error: PrebookError): PrebookError {
  const { reason, field, issues, message, retryAfterSeconds, cause } = error
  const inRest = (text: string) =>
    text.replaceAll(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, (word) => fieldName(route, word))
  return new PrebookError(reason, {
    message: inRest(message),
    ...(field !== null && { field: inRest(field) }),
    ...(issues !== null && {
      issues: issues.map((issue) => ({ path: inRest(issue.path), message: inRest(issue.message) })),
    }),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
    cause,
  })
}

function fieldName(route: RestRoute, field: string): string {
  if (field === route.pathField) return 'id'
  if (field === 'lastEventId') return 'Last-Event-ID'
  return Object.hasOwn(fieldsOf(route.input), field) ? snakeCase(field) : field
}
