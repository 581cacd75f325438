import { columnNames, type ListName } from '@prebook/book-files/lists'
import { limits, PrebookError, reasons, type Reason } from '@prebook/core'
import {
  accessOf,
  IDEMPOTENCY_HEADER,
  idempotencyKeyUse,
  procedureType,
  refusalsOf,
  scopeOf,
} from '@prebook/server'
import { problemDetails } from '../http/refuse.ts'
import { exampleOf } from './examples.ts'
import { mayHaveKey, REPLAYED_HEADER } from './idempotency-header.ts'
import { snakeCase } from './names.ts'
import { fieldsOf, isRequired, NoInput, tags, type RestRoute } from './route.ts'
import { restRoutes } from './routes.ts'
import { namedSchemas, outputSchema, restSchema, type Json } from './schemas.ts'

/** Creates the OpenAPI 3.1 document of the REST API from its route table and the schemas of core. */
export function openApiDocument(serverUrl: string, version: string): Json {
  const schemas: Record<string, Json> = { ...namedSchemas(), Problem: problemSchema }
  const paths: Record<string, Json> = {}
  for (const route of restRoutes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Prebook',
      version,
      description:
        'Pre-book sold-out books. Sign in to get an access token and send it as `Authorization: Bearer …`. Machines ' +
        'send a token of the shop (`pbk_…`) instead; it has scopes. ' +
        'Times are ISO 8601 in UTC. Lists are read page by page: pass `next_cursor` as `cursor` until it is null. Every error ' +
        'is a problem of RFC 9457, with a `code` for programs and a `detail` for people.',
      contact: { name: 'The operator of this service', url: serverUrl },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The `access_token` of `POST /auth/login` or `POST /auth/register`, or a token of the shop (`pbk_…`).',
        },
      },
      schemas: usedIn(paths, schemas),
    },
  }
}

/** The schemas that the paths refer to, directly or through others. */
function usedIn(paths: Json, schemas: Record<string, Json>): Record<string, Json> {
  const used = new Set<string>()
  const follow = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      follow(schemas[name])
    }
  }
  follow(paths)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
}

const problemSchema: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'The page that explains the `code`.' },
    title: { type: 'string', description: 'What the `code` means, always in the same words.' },
    status: { type: 'integer', description: 'The status of the response.' },
    detail: { type: 'string', description: 'What is wrong and how to fix it, for people.' },
    code: { type: 'string', enum: Object.keys(reasons), description: 'A stable code for programs.' },
    field: { type: 'string', description: 'The field that caused the error.' },
    errors: {
      type: 'array',
      description: 'All problems with the input. Present with `VALIDATION_ERROR`.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    request_id: { type: 'string', description: 'The request ID to report to the operator.' },
  },
  examples: [
    problemDetails(new PrebookError('PREBOOK_BOOK_IN_STOCK'), '0b6a2b1e-9a4f-4c0b-8f0e-2d6f2c8f9a11'),
  ],
}

const isStream = (route: RestRoute) => procedureType(route.procedure) === 'subscription'

function operation(route: RestRoute, schemas: Record<string, Json>): Json {
  const parameters = parametersOf(route)
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: descriptionOf(route),
    security: accessOf(route.procedure) === 'public' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(route, schemas),
    responses: {
      [route.status]: success(route, schemas),
      ...(route.isPublic && { 304: { description: 'Unchanged since the `ETag` in `If-None-Match`.' } }),
      ...refusals(route),
    },
  }
}

/** The header that makes a request safe to repeat, of the routes that honour it. */
function idempotencyHeader(route: RestRoute): Json[] {
  if (!mayHaveKey(route) || idempotencyKeyUse(route.procedure) === undefined) return []
  return [
    {
      name: IDEMPOTENCY_HEADER,
      in: 'header',
      description:
        'Makes the request safe to repeat: a request with the same key and the same content changes nothing and gets the same ' +
        `response, with the header \`${REPLAYED_HEADER}: true\`. Use a new random value, such as a UUID, for each change.`,
      schema: { type: 'string', minLength: 1, maxLength: limits.idempotencyHeader.max, pattern: '^[!-~]+$' },
    },
  ]
}

/** The reasons for which a request with such a header may be refused. */
function idempotencyRefusals(route: RestRoute): Reason[] {
  if (!mayHaveKey(route)) return []
  const use = idempotencyKeyUse(route.procedure)
  if (use === 'kept') return ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_FLIGHT']
  return use === 'input' ? [] : ['IDEMPOTENCY_KEY_REFUSED']
}

const whoMayCall = {
  public: 'Open to everyone',
  'signed in': 'Requires an account',
  staff: 'Requires a staff or admin account',
  admin: 'Requires an admin account',
} as const

const STREAM_TEXT =
  'Responds with server-sent events, without an end. The `data` of each is JSON, as described here. An event called `problem` ' +
  'says why the stream ends, such as a session that has ended or too many open streams. Comments keep the connection alive. To resume after a lost connection, send the `id` of the last ' +
  'event as `Last-Event-ID`; an `EventSource` does so.'

function descriptionOf(route: RestRoute): string {
  const scope = scopeOf(route.procedure)
  const who = whoMayCall[accessOf(route.procedure)]
  return [
    ...(route.description === undefined ? [] : [route.description]),
    ...(isStream(route) ? [STREAM_TEXT] : []),
    ...(route.download === undefined ? [] : [downloadText(route.download.list)]),
    scope === undefined ? `${who}.` : `${who}, or a token with the scope \`${scope}\`.`,
  ].join('\n\n')
}

function downloadText(list: ListName): string {
  const columns = columnNames(list).map((name) => `\`${name}\``)
  return (
    `The columns are ${columns.join(', ')}. More may follow. UTF-8 with a byte-order mark, commas, CRLF. Text that a spreadsheet ` +
    'would run as a formula has an apostrophe in front. The response is the whole list, and breaks off if a part of it cannot be read.'
  )
}

function parametersOf(route: RestRoute): Json[] {
  const parameters: Json[] = []
  if (route.pathField === 'bookId') parameters.push({ ...idInPath, ...bookId })
  else if (route.pathField !== undefined) parameters.push(idInPath)
  if (isStream(route)) {
    const description = 'The id of the last event that was received.'
    parameters.push({ name: 'Last-Event-ID', in: 'header', description, schema: { type: 'string' } })
  }
  if (route.method !== 'GET') return [...parameters, ...idempotencyHeader(route)]
  for (const [field, schema] of Object.entries(fieldsOf(route.input))) {
    const { description, ...rest } = restSchema(schema, 'input')
    parameters.push({
      name: snakeCase(field),
      in: 'query',
      description,
      ...(isRequired(route.input, field) && { required: true }),
      schema: rest,
    })
  }
  return parameters
}

const idInPath: Json = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'integer', minimum: 1 },
  example: 12,
}

const bookId: Json = {
  description:
    'The id of the book, or `isbn:` and its ISBN in any spelling, such as `isbn:978-0-441-01359-3`. ' +
    '`/books/isbn/978-0-441-01359-3` is the same address.',
  schema: {
    anyOf: [
      { type: 'integer', minimum: 1 },
      { type: 'string', pattern: '^isbn:' },
    ],
  },
}

function requestBody(route: RestRoute, schemas: Record<string, Json>): Json {
  if (route.method === 'GET' || route.input === NoInput) return {}
  return { requestBody: { required: true, content: jsonContent(restSchema(route.input, 'input'), schemas) } }
}

function success(route: RestRoute, schemas: Record<string, Json>): Json {
  const description = { 200: 'OK.', 201: 'Created.', 202: 'Accepted.', 204: 'No content.' }[route.status]
  if (route.output === null) return { description }
  if (route.download !== undefined)
    return { description, content: { 'text/csv': { schema: { type: 'string' } } } }
  const schema = outputSchema(route.output)
  const content = isStream(route) ? { 'text/event-stream': { schema } } : jsonContent(schema, schemas)
  return { description, content }
}

function jsonContent(schema: Json, schemas: Record<string, Json>): Json {
  return { 'application/json': { schema, example: exampleOf(schema, schemas) } }
}

/** All errors of a route by status: those of its procedure, and those of its address and body. */
function refusals(route: RestRoute): Json {
  const isPublic = accessOf(route.procedure) === 'public'
  const all: Reason[] = [
    // Signing in by REST sets no cookie.
    ...refusalsOf(route.procedure).filter((reason) => !isPublic || reason !== 'CSRF_REFUSED'),
    ...idempotencyRefusals(route),
    'VALIDATION_ERROR',
  ]
  if (route.method !== 'GET') all.push('PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE')
  if (route.pathField === 'bookId') all.push('BOOK_NOT_FOUND')
  const statuses = [...new Set(all.map((reason) => reasons[reason].http))].toSorted((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = [...new Set(all.filter((reason) => reasons[reason].http === status))]
      const description = ofStatus.map((reason) => `\`${reason}\`: ${reasons[reason].message}`).join('\n\n')
      const schema = { $ref: '#/components/schemas/Problem' }
      return [status, { description, content: { 'application/problem+json': { schema } } }]
    }),
  )
}
