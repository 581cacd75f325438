import fc from 'fast-check'
import { z } from 'zod'
import { BookImportRow } from '@prebook/core'
import type { JsonSchema } from './json-schema.ts'
import { PASSWORD } from './people.ts'

/** The fields of a JSON object, in order. A name may occur twice, and may be `__proto__`. */
export type Fields = [name: string, value: unknown][]

/** Generates fields that an object schema allows. */
export function validFields(schema: JsonSchema): fc.Arbitrary<Fields> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(validFields))
  const { properties = {}, required = [] } = schema
  const fields = Object.entries(properties).map(([name, inner]) =>
    fc
      .tuple(validValue(inner, name), fc.boolean())
      .map(([value, given]): Fields => (given || required.includes(name) ? [[name, value]] : [])),
  )
  return fc.tuple(...fields).map((parts) => parts.flat())
}

/**
 * Generates a value that a schema allows. The field name adds what a schema cannot express, such as e-mail addresses and
 * existing ids.
 */
export function validValue(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((inner) => validValue(inner, name)))
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => validValue({ ...schema, type }, name)))
  switch (schema.type) {
    case 'string':
      return known[snake(name)] ?? text(schema)
    case 'integer':
      // The sessions of the callers have the ids of their accounts, which are the first ones.
      return snake(name) === 'session_id' ? fc.integer({ min: 1, max: 4 }) : integer(schema)
    case 'number':
      return fc.integer({ min: 1, max: 10_000_000 }).map((cents) => cents / 100)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      if (schema.items?.enum !== undefined) return fc.subarray([...schema.items.enum])
      if (schema.items?.type === 'string')
        return fc.array(validValue(schema.items, name), { minLength: 1, maxLength: 4 })
      return fc.array(fc.oneof({ weight: 4, arbitrary: item(schema) }, fc.jsonValue()), {
        minLength: 1,
        maxLength: 4,
      })
    default:
      throw new Error(`No values for the schema of ${name}: ${JSON.stringify(schema)}`)
  }
}

/** A line of a batch, or a row of an import. The schema allows any row, because each row is validated separately. */
function item({ items }: JsonSchema): fc.Arbitrary<unknown> {
  const row = z.toJSONSchema(BookImportRow, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return validFields(items?.properties === undefined ? row : items).map((fields) =>
    Object.fromEntries(fields),
  )
}

/** Generates mostly small numbers, which are ids of existing rows and plausible quantities. */
function integer({ minimum = -1_000, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  const small = fc.integer({ min: Math.max(minimum, -5), max: Math.min(maximum, 25) })
  return fc.oneof(
    { weight: 10, arbitrary: small },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
    { weight: 1, arbitrary: fc.integer({ min: minimum, max: Math.min(maximum, 1_000_000) }) },
  )
}

function text({ minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) })
  return fc.oneof(any, fc.constantFrom('Dune', 'Émile Zola', '100 % Рус 日本', "O'Brien_\\"))
}

const isbns = fc.oneof(
  fc.constantFrom('9780441013593', '0-441-01359-7', '978-3-16-148410-0', '080442957X'),
  fc.nat(999).map((number) => isbn13(`978044101${String(number).padStart(3, '0')}`)),
)

const expectedDates = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('01', '12-31', 'spring', 'winter'))
  .map(([years, rest]) => `${new Date().getUTCFullYear() + years}-${rest}`)

const known: Record<string, fc.Arbitrary<string>> = {
  email: fc.oneof(
    fc.constantFrom('admin@example.org', 'reader@example.org', 'Deactivated@Example.ORG'),
    fc.nat(60).map((number) => `new${number}@example.org`),
  ),
  password: fc.oneof(
    { weight: 4, arbitrary: fc.constant(PASSWORD) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 }) },
  ),
  current_password: fc.oneof(
    { weight: 4, arbitrary: fc.constant(PASSWORD) },
    fc.constant('another password'),
  ),
  isbn: isbns,
  cursor: fc
    .tuple(
      fc.constantFrom('audit', 'books', 'prebooks', 'movements', 'tokens', 'users', 'waiting'),
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }).map(String) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('', '0', '-1', '1e3', 'NaN', '1:2', '9007199254740993', '1'.repeat(30)),
        },
      ),
    )
    .map(([list, id]) => Buffer.from(`${list}:${id}`).toString('base64url')),
  expected: fc.oneof(
    { weight: 4, arbitrary: expectedDates },
    { weight: 2, arbitrary: expectedDates.map((date) => date.replaceAll('-', '')) },
    { weight: 1, arbitrary: fc.constantFrom('', '03/04/2027', '20270230', '202713') },
  ),
  availability: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('available', 'awaited', 'Withdrawn', '21', '51', '41', '1', '09'),
    },
    { weight: 1, arbitrary: fc.constantFrom('', '00', '53', 'in stock') },
  ),
  successor: isbns,
  expected_on: fc.oneof(
    { weight: 4, arbitrary: expectedDates },
    { weight: 1, arbitrary: fc.constantFrom('', '2020-01', '9999-12-31', '2027-02-30', '2027-fall') },
  ),
  subject: fc.constantFrom('book:1', 'user:2', 'delivery:1', 'books', 'deliveries'),
  idempotency_key: fc.nat(15).map((number) => `change-${number}`),
}

function isbn13(stem: string): string {
  const sum = Array.from(stem, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return stem + String((10 - (sum.reduce((a, b) => a + b, 0) % 10)) % 10)
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
