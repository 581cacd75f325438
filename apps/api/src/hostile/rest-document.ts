import { z } from 'zod'
import { accessOf, scopeOf } from '@prebook/server'
import { restRoutes } from '../rest/routes.ts'
import type { HostileApi } from './hostile-api.ts'
import { checker, withAnyRows, type JsonSchema } from './json-schema.ts'

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  schema: z.unknown(),
})
const jsonBody = z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
/** By media type. */
const content = z.record(z.string(), z.object({ schema: z.unknown() }))

const Document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        description: z.string().optional(),
        security: z.array(z.unknown()),
        parameters: z.array(Parameter).default([]),
        requestBody: jsonBody.optional(),
        responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

/** An operation of the REST API as described by the OpenAPI document. */
export type Operation = {
  name: string
  method: string
  /** The path in the document, which may contain `{id}`. */
  path: string
  access: 'public' | 'signed in' | 'staff' | 'admin'
  /** Whether a token with every scope may call it. */
  tokenMay: boolean
  hasId: boolean
  query: { name: string; schema: JsonSchema }[]
  /** The schema of the body; null when there is none. */
  body: JsonSchema | null
  /** Whether a parsed body conforms to the schema. */
  allowsBody: (body: unknown) => boolean
  allowsQuery: (values: Record<string, unknown>) => boolean
  /** By status: the media type, the allowed error codes, and a check of the body. */
  answers: Record<string, { type: string | null; codes: string[]; explain: (body: unknown) => string | null }>
}

/** Reads the operations from the server's OpenAPI document. */
export async function readOperations(api: HostileApi): Promise<Operation[]> {
  const { text } = await api.send({ method: 'GET', path: '/openapi.json' })
  const document = Document.parse(JSON.parse(text))
  const check = (part: unknown) => checker(part, document.components.schemas)
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const body = described.requestBody?.content['application/json'].schema
      const query = described.parameters.filter((parameter) => parameter.in === 'query')
      const checkBody = body === undefined ? null : check(withAnyRows(body as JsonSchema))
      const properties = Object.fromEntries(query.map(({ name, schema: inner }) => [name, inner]))
      const required = query.filter((parameter) => parameter.required).map(({ name }) => name)
      const checkQuery = check({ type: 'object', properties, required })
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        access:
          described.security.length === 0
            ? 'public'
            : described.description?.includes('Requires an account') === true
              ? 'signed in'
              : described.description?.includes('Requires a staff or admin account') === true
                ? 'staff'
                : 'admin',
        tokenMay: tokenMay(method.toUpperCase(), path),
        hasId: path.includes('{id}'),
        query: query.map(({ name, schema: inner }) => ({ name, schema: inner as JsonSchema })),
        body: body === undefined ? null : body,
        allowsBody: (value) => checkBody === null || checkBody(value) === null,
        allowsQuery: (values) => checkQuery(values) === null,
        answers: Object.fromEntries(
          Object.entries(described.responses).map(([status, answer]) => {
            const [[type, part] = [null]] = Object.entries(answer.content ?? {})
            const codes = [...answer.description.matchAll(/`([A-Z_]+)`/g)].map((match) => String(match[1]))
            return [status, { type, codes, explain: part === undefined ? () => null : check(part.schema) }]
          }),
        ),
      }
    }),
  )
}

function tokenMay(method: string, path: string): boolean {
  const route = restRoutes.find((each) => each.method === method && each.path === path)
  if (route === undefined) return false
  return accessOf(route.procedure) === 'public' || scopeOf(route.procedure) !== undefined
}
