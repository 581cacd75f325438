import { z } from 'zod'
import { appRouter } from '@prebook/server'
import { checker, type JsonSchema } from './json-schema.ts'

/** A procedure, as its schemas describe it. */
export type Procedure = {
  name: string
  type: 'query' | 'mutation'
  who: 'everybody' | 'signed in' | 'admins'
  /** What it takes, or null when it takes nothing. */
  input: JsonSchema | null
  allowsInput: (input: unknown) => boolean
  /** What is wrong with an answer, or null. A field that the schema does not name is wrong. */
  explain: (data: unknown) => string | null
}

/** Who may call what. What is not named here is for admins. */
const access: Record<string, Procedure['who']> = {
  'auth.register': 'everybody',
  'auth.login': 'everybody',
  'auth.me': 'everybody',
  'books.list': 'everybody',
  'books.get': 'everybody',
  'books.waitlist': 'everybody',
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

/** Every procedure that is no subscription. */
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
        who: access[name] ?? 'admins',
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
