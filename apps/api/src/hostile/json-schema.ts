import { z } from 'zod'

/** The subset of JSON Schema that our documents use. */
export type JsonSchema = {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  required?: string[]
  minimum?: number
  maximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  pattern?: string
}

/**
 * Creates a function that explains what is wrong with a value, or returns null. Fields that the schema does not name are
 * always wrong, because our inputs and responses allow no others.
 *
 * @param named the schemas that `#/components/schemas/…` refers to
 */
export function checker(
  schema: unknown,
  named: Record<string, unknown> = {},
): (value: unknown) => string | null {
  const whole = JSON.stringify(closed({ ...(schema as object), $defs: named }))
  const local: unknown = JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/'))
  const zod = z.fromJSONSchema(local as z.core.JSONSchema.BaseSchema)
  return (value) => {
    const parsed = zod.safeParse(value)
    return parsed.success ? null : z.prettifyError(parsed.error)
  }
}

/** The schema of an input, with any rows in its lists: each row is validated separately, and an invalid one is reported. */
export function withAnyRows(schema: JsonSchema): JsonSchema {
  if (schema.properties === undefined) return schema
  const opened = Object.entries(schema.properties).map(([name, { items, ...inner }]) => [
    name,
    items === undefined || items.properties !== undefined ? inner : { ...inner, items },
  ])
  return { ...schema, properties: Object.fromEntries(opened) }
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema)
      // Zod takes it for the format of an absolute address.
      .filter(([key, value]) => !(key === 'format' && value === 'uri-reference'))
      .map(([key, value]) => [key, closed(value)]),
  )
  return 'properties' in inner && inner['type'] === 'object'
    ? { ...inner, additionalProperties: false }
    : inner
}
