import { z } from 'zod'
import type { HostileApi } from './hostile-api.ts'
import { checker, type JsonSchema } from './json-schema.ts'

const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query']), schema: z.unknown() })
const content = z.object({ 'application/json': z.object({ schema: z.unknown() }) })

const Document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        security: z.array(z.unknown()).optional(),
        parameters: z.array(Parameter).default([]),
        requestBody: z.object({ content }).optional(),
        responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

/** One request of the REST door, as the document describes it. */
export type Operation = {
  name: string
  method: string
  /** With `{id}` in it, as in the document. */
  path: string
  who: 'everybody' | 'signed in' | 'admins'
  hasId: boolean
  query: { name: string; schema: JsonSchema }[]
  /** The schema of the body, or null where there is none. */
  body: JsonSchema | null
  /** Whether a parsed body conforms to it. */
  allowsBody: (body: unknown) => boolean
  allowsQuery: (values: Record<string, unknown>) => boolean
  /** By status: the codes that it may carry, and what a success must look like. */
  answers: Record<string, { codes: string[]; explain: (body: unknown) => string | null }>
}

/** The operations of the document that the server serves. */
export async function readOperations(api: HostileApi): Promise<Operation[]> {
  const { text } = await api.send({ method: 'GET', path: '/openapi.json' })
  const document = Document.parse(JSON.parse(text))
  const check = (part: unknown) => checker(part, document.components.schemas)
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const body = described.requestBody?.content['application/json'].schema
      const query = described.parameters.filter((parameter) => parameter.in === 'query')
      const checkBody = body === undefined ? null : check(body)
      const properties = Object.fromEntries(query.map(({ name, schema: inner }) => [name, inner]))
      const checkQuery = check({ type: 'object', properties })
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        who:
          described.security === undefined
            ? 'everybody'
            : described.responses['403']?.description.includes('`AUTH_FORBIDDEN`')
              ? 'admins'
              : 'signed in',
        hasId: path.includes('{id}'),
        query: query.map(({ name, schema: inner }) => ({ name, schema: inner as JsonSchema })),
        body: body === undefined ? null : body,
        allowsBody: (value) => checkBody === null || checkBody(value) === null,
        allowsQuery: (values) => checkQuery(values) === null,
        answers: Object.fromEntries(
          Object.entries(described.responses).map(([status, answer]) => [
            status,
            {
              codes: [...answer.description.matchAll(/`([A-Z_]+)`/g)].map((match) => String(match[1])),
              explain:
                answer.content === undefined ? () => null : check(answer.content['application/json'].schema),
            },
          ]),
        ),
      }
    }),
  )
}
