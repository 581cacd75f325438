import { TRPCError } from '@trpc/server'
import { Hono, type Context } from 'hono'
import { PrebookError } from '@prebook/core'
import { createCaller, createRequestContext, toPrebookError, type Services } from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuse } from '../http/refuse.ts'
import { requestFacts } from '../http/request-facts.ts'
import { readIdempotencyKey, REPLAYED_HEADER } from './idempotency-header.ts'
import { snakeCase, toSnake } from './names.ts'
import { readInput } from './read-input.ts'
import { honoPath, type RestRoute } from './route.ts'
import { restRoutes } from './routes.ts'

/** The REST API: each route of the table calls its procedure. */
export function restHandler(services: Services, config: Config): Hono<HttpEnvironment> {
  const app = new Hono<HttpEnvironment>()
  for (const route of restRoutes) {
    app.on(route.method, honoPath(route), (c) => answer(c, route, services, config))
  }
  for (const path of new Set(restRoutes.map(honoPath))) {
    const methods = restRoutes.filter((route) => honoPath(route) === path).map((route) => route.method)
    app.all(path, (c) => {
      c.header('Allow', methods.join(', '))
      return refuse(c, new PrebookError('METHOD_NOT_ALLOWED'))
    })
  }
  return app
}

async function answer(
  c: Context<HttpEnvironment>,
  route: RestRoute,
  services: Services,
  config: Config,
): Promise<Response> {
  c.header('Cache-Control', 'no-store')
  try {
    const idempotencyKey = readIdempotencyKey(c, route)
    const input = await readInput(c, route)
    const facts = {
      ...requestFacts(c, config, (name, value) => c.header(name, value, { append: true })),
      idempotencyKey,
      setReplayed: () => c.header(REPLAYED_HEADER, 'true'),
    }
    const result = await route.call(createCaller(createRequestContext(services, facts)), input as never)
    if (route.output === null) return c.body(null, route.status)
    return c.json(toSnake(result) as object, route.status as 200)
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    const refusal = withRestNames(route, toPrebookError(error))
    logRefusal(c, refusal, `${route.method} ${route.path}`)
    return refuse(c, refusal)
  }
}

/** Converts the field names of a procedure's error to those of the request: `bookId` becomes `book_id`, or the path's `id`. */
function withRestNames(route: RestRoute, error: PrebookError): PrebookError {
  if (error.field === null && error.issues === null) return error
  const issues = error.issues?.map(({ path, message }) => ({ path: fieldName(route, path), message }))
  const field = error.field === null ? undefined : fieldName(route, error.field)
  // The message of a validation error starts with the field's name.
  const prefix = `${error.field}:`
  const message =
    field !== undefined && error.message.startsWith(prefix)
      ? `${field}:${error.message.slice(prefix.length)}`
      : error.message
  return new PrebookError(error.reason, {
    message,
    ...(field !== undefined && { field }),
    ...(issues !== undefined && { issues }),
    ...(error.retryAfterSeconds !== null && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error.cause,
  })
}

function fieldName(route: RestRoute, field: string): string {
  if (field === route.pathField) return 'id'
  return Object.hasOwn(route.input.shape, field) ? snakeCase(field) : field
}
