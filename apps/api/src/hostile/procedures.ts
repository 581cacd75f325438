import { z } from 'zod'
import { appRouter } from '@prebook/server'
import { checker, type JsonSchema } from './json-schema.ts'

/** A procedure as described by its schemas. */
export type Procedure = {
  name: string
  type: 'query' | 'mutation'
  access: 'public' | 'signed in' | 'admin'
  /** The schema of the input; null when there is none. */
  input: JsonSchema | null
  allowsInput: (input: unknown) => boolean
  /** Explains what is wrong with a result, or returns null. Fields that the schema does not name are wrong. */
  explain: (data: unknown) => string | null
}

/** The access level of each procedure. Procedures not listed here require an admin. */
const accessLevels: Record<string, Procedure['access']> = {
  'auth.register': 'public',
  'auth.login': 'public',
  'auth.me': 'public',
  'books.list': 'public',
  'books.get': 'public',
  'books.waitlist': 'public',
  'auth.logout': 'signed in',
  'auth.logoutEverywhere': 'signed in',
  'account.update': 'signed in',
  'prebooks.create': 'signed in',
  'prebooks.list': 'signed in',
  'prebooks.get': 'signed in',
  'prebooks.cancel': 'signed in',
}

const Kind = z.object({ type: z.enum(['query', 'mutation', 'subscription']) })
const Schemas = z.object({
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
  output: z.instanceof(z.ZodType),
})

/** All procedures except subscriptions. */
export function readProcedures(): Procedure[] {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC has no other list of a router's procedures
  const all: Record<string, { _def: unknown }> = appRouter._def.procedures as never
  return Object.entries(all).flatMap(([name, procedure]) => {
    // oxlint-disable-next-line no-underscore-dangle -- nor another way to their schemas
    const definition = procedure._def
    const { type } = Kind.parse(definition)
    if (type === 'subscription') return []
    const { inputs, output } = Schemas.parse(definition)
    const input = inputs[0] === undefined ? null : jsonSchema(inputs[0], 'input')
    const check = input === null ? null : checker(input)
    return [
      {
        name,
        type,
        access: accessLevels[name] ?? 'admin',
        input,
        allowsInput: (value) => check === null || check(value) === null,
        explain: checker(jsonSchema(output, 'output')),
      },
    ]
  })
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
}
