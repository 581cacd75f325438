/** Values for the fields of examples, by their names in REST. Other fields get a value from their schema. */
const samples: Record<string, unknown> = {
  access_token: '5r1p2q0bcm7h6sxk3v9yzt8w4n',
  action: 'stock.set',
  agent: 'Firefox on Linux',
  author: 'Frank Herbert',
  book_author: 'Frank Herbert',
  book_id: 12,
  book_title: 'Dune',
  copies: 1,
  created_at: '2026-03-01T09:30:00.000Z',
  currency: 'EUR',
  current_password: 'my old long password',
  delta: 5,
  description: 'On the desert planet Arrakis.',
  details: { movement_id: 41, delta: 5, quantity_after: 5 },
  email: 'reader@example.org',
  expires_at: '2026-03-15T09:30:00.000Z',
  id: 12,
  idempotency_key: 'delivery-117-dune',
  is_active: true,
  isbn: '9780441013593',
  joined_by_day: [0, 2, 1],
  // Each line is of one book, and has either a quantity or a delta.
  lines: [
    { isbn: '9780441013593', delta: 5 },
    { book_id: 13, quantity: 0 },
  ],
  locale: 'en',
  name: 'Warehouse',
  new_password: 'my new long password',
  note: 'Delivery 117',
  password: 'my long password',
  price: 19.99,
  quantity: 5,
  quantity_after: 5,
  readers_per_copy: 3,
  subject: 'book:12',
  title: 'Dune',
  token: 'dGhpcyBpcyBub3QgYSByZWFsIHRva2Vu',
  total_joined_by_day: [0, 2, 1],
  updated_at: '2026-03-01T09:30:00.000Z',
  waiting: 3,
}

/** Left out of examples: they make sense only in a later request. */
const omitted = new Set(['cursor'])

type Schema = {
  $ref?: string
  type?: unknown
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  format?: string
  minimum?: number
}

/**
 * A value that a JSON Schema allows, for readers of the document.
 *
 * @param components the schemas that `#/components/schemas/…` refers to
 */
export function exampleOf(schema: Schema, components: Record<string, Schema>): unknown {
  if (schema.$ref !== undefined)
    return exampleOf(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components)
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  const forms = schema.anyOf ?? schema.oneOf
  if (forms !== undefined) {
    // What may be null is null in the examples: most of these fields are for what has not happened yet.
    return forms.some(({ type }) => type === 'null') ? null : exampleOf(forms[0] ?? {}, components)
  }
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => !omitted.has(name))
          .map(([name, inner]) => [name, name in samples ? samples[name] : exampleOf(inner, components)]),
      )
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(schema.items, components)]
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 0)
    case 'boolean':
      return false
    default:
      return schema.format === 'date-time' ? '2026-03-01T09:30:00.000Z' : 'text'
  }
}
