import { z } from 'zod'
import { Book, limits, Prebook, reasons, type Reason } from '@prebook/core'
import { accessOf, IDEMPOTENCY_HEADER, idempotencyKeyUse, scopeOf } from '@prebook/server'
import { mayHaveKey, REPLAYED_HEADER } from './idempotency-header.ts'
import { snakeCase } from './names.ts'
import { tags, type RestRoute } from './route.ts'
import { restRoutes } from './routes.ts'

type Json = { [key: string]: unknown }

/** Creates the OpenAPI 3.1 document of the REST API from its route table and the schemas of core. */
export function openApiDocument(serverUrl: string, version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of restRoutes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Prebook',
      version,
      description:
        'Pre-book sold-out books. Sign in to get an access token and send it as `Authorization: Bearer …`. Machines ' +
        'send a token of the shop (`pbk_…`) instead; it has scopes. ' +
        'Times are ISO 8601 in UTC. Every error has a `code` for programs and a `detail` for people.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Book: restSchema(Book, 'output'),
        Prebook: restSchema(Prebook, 'output'),
        Error: errorSchema,
      },
    },
  }
}

const errorSchema: Json = {
  type: 'object',
  required: ['detail', 'code'],
  properties: {
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
    request_id: {
      type: 'string',
      description: 'The request ID to report to the operator. Present with `INTERNAL_ERROR`.',
    },
  },
}

function operation(route: RestRoute): Json {
  const parameters = parametersOf(route)
  const access = accessOf(route.procedure)
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...descriptionOf(route),
    ...(access !== 'public' && { security: [{ bearer: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(route),
    responses: { [route.status]: success(route), ...refusals(route) },
  }
}

function descriptionOf({ procedure }: RestRoute): { description?: string } {
  const [access, scope] = [accessOf(procedure), scopeOf(procedure)]
  if (access !== 'staff' && access !== 'admin') return {}
  const account = access === 'staff' ? 'a staff or admin account' : 'an admin account'
  const token = scope === undefined ? '' : `, or a token with the scope \`${scope}\``
  return { description: `Requires ${account}${token}.` }
}

function operationId(route: RestRoute): string {
  const words = route.path.split('/').filter((word) => word !== '')
  return [route.method.toLowerCase(), ...words.map((word) => word.replace(/[{}]/g, ''))].join('_')
}

function parametersOf(route: RestRoute): Json[] {
  const inPath =
    route.pathField === undefined
      ? []
      : [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }]
  if (route.method !== 'GET') return [...inPath, ...idempotencyHeader(route)]
  const { properties = {} } = restSchema(route.input, 'input') as { properties?: Record<string, unknown> }
  return [...inPath, ...Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))]
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

function requestBody(route: RestRoute): Json {
  if (route.method === 'GET' || Object.keys(route.input.shape).length === 0) return {}
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: restSchema(route.input, 'input') } },
    },
  }
}

function success(route: RestRoute): Json {
  if (route.output === null) return { description: route.status === 202 ? 'Accepted.' : 'No content.' }
  return {
    description: route.status === 201 ? 'Created.' : route.status === 202 ? 'Accepted.' : 'OK.',
    content: { 'application/json': { schema: outputSchema(route.output) } },
  }
}

function outputSchema(output: z.ZodType): Json {
  if (output === Book) return { $ref: '#/components/schemas/Book' }
  if (output === Prebook) return { $ref: '#/components/schemas/Prebook' }
  return restSchema(output, 'output')
}

/** All errors of a route by status: its own reasons, and those implied by its access and its input. */
function refusals(route: RestRoute): Json {
  const all: Reason[] = [
    ...route.refusals,
    ...idempotencyRefusals(route),
    'VALIDATION_ERROR',
    'STORE_BUSY',
    'INTERNAL_ERROR',
  ]
  const access = accessOf(route.procedure)
  if (access !== 'public')
    all.push(
      'AUTH_REQUIRED',
      'AUTH_FORBIDDEN',
      'AUTH_ACCOUNT_DEACTIVATED',
      'CSRF_REFUSED',
      // By a token.
      'RATE_LIMITED',
    )
  if (scopeOf(route.procedure) !== undefined) all.push('AUTH_SCOPE_MISSING')
  if (route.method !== 'GET') all.push('PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE')
  const statuses = [...new Set(all.map((reason) => reasons[reason].http))].toSorted((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = [...new Set(all.filter((reason) => reasons[reason].http === status))]
      const description = ofStatus.map((reason) => `\`${reason}\`: ${reasons[reason].message}`).join('\n\n')
      const schema = { $ref: '#/components/schemas/Error' }
      return [status, { description, content: { 'application/json': { schema } } }]
    }),
  )
}

/** Converts a schema of core to JSON Schema with REST's names. */
function restSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return renameProperties(json) as Json
}

function renameProperties(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(renameProperties)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'required' && Array.isArray(value))
        return [key, value.map((name) => snakeCase(String(name)))]
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        return [key, renameKeys(value)]
      }
      return [key, renameProperties(value)]
    }),
  )
}

function renameKeys(properties: object): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      snakeCase(name),
      name === 'priceCents'
        ? {
            type: 'number',
            minimum: 0.01,
            multipleOf: 0.01,
            description: 'At most two decimal places. Never rounded.',
          }
        : renameProperties(schema),
    ]),
  )
}
