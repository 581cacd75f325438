import { z } from 'zod'
import { appRouter } from '@prebook/server'
import { accessTable, scopeTable, type Access } from '@prebook/server/access'
import { checker, withAnyRows, type JsonSchema } from './json-schema.ts'

/** A procedure as described by its schemas. */
export type Procedure = {
  name: string
  type: 'query' | 'mutation'
  access: Access
  /** Whether a token with every scope may call it. */
  tokenMay: boolean
  /** The schema of the input; null when there is none. */
  input: JsonSchema | null
  /** Whether it can be called without an input. */
  inputIsOptional: boolean
  allowsInput: (input: unknown) => boolean
  /** Explains what is wrong with a result, or returns null. Fields that the schema does not name are wrong. */
  explain: (data: unknown) => string | null
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
    const check = input === null ? null : checker(withAnyRows(input))
    return [
      {
        name,
        type,
        access: accessTable[name] ?? 'admin',
        tokenMay: scopeTable[name] !== undefined && scopeTable[name] !== 'none',
        input,
        inputIsOptional: inputs[0]?.safeParse(undefined).success ?? true,
        allowsInput: (value) => check === null || check(value) === null,
        explain: checker(jsonSchema(output, 'output')),
      },
    ]
  })
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
}
