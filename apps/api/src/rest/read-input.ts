import type { Context } from 'hono'
import { invalid, PrebookError } from '@prebook/core'
import { findBookId, procedureType, type Services } from '@prebook/server'
import { z } from 'zod'
import type { HttpEnvironment } from '../http/environment.ts'
import { isJson } from '../http/request-body.ts'
import { ISBN_ID } from './isbn-address.ts'
import { restWord, snakeCase, unknownName } from './names.ts'
import { parseWithPrices, priceProblem, toCents } from './price.ts'
import { fieldsOf, NoInput, type RestInput, type RestRoute } from './route.ts'

/**
 * Reads the input of a route's procedure from the path, the query and the body. It converts names and types only; the
 * procedure validates the values. A book that is named by its ISBN is looked up.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `UNSUPPORTED_MEDIA_TYPE`, `BOOK_NOT_FOUND`
 */
export async function readInput(
  c: Context<HttpEnvironment>,
  route: RestRoute,
  services: Services,
): Promise<Record<string, unknown>> {
  const given = route.method === 'GET' ? readQuery(c, route) : await readBody(c, route)
  const input = renameFields(given, route, services.currency.code)
  const { pathField } = route
  if (pathField !== undefined) input[pathField] = await readId(c, pathField, services)
  const lastEventId = c.req.header('last-event-id')
  // An empty one is that of a client that has received no event.
  if (lastEventId !== undefined && lastEventId !== '' && procedureType(route.procedure) === 'subscription')
    input['lastEventId'] = lastEventId
  return input
}

/** Reads the id in the path. A book's may be an ISBN. */
async function readId(
  c: Context<HttpEnvironment>,
  pathField: string,
  services: Services,
): Promise<number | string> {
  const id = c.req.param('id') ?? ''
  if (pathField === 'bookId' && id.startsWith(ISBN_ID)) return findBookId(services, id.slice(ISBN_ID.length))
  return toWholeNumber(id)
}

function readQuery(c: Context<HttpEnvironment>, route: RestRoute): Record<string, unknown> {
  const types = queryTypes(route)
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      const [text = ''] = values
      if (types.get(name) === 'array') return [name, values]
      if (values.length > 1) throw invalid(name, 'Must be given only once.')
      // Some of these procedures take no input, so they would not reject it.
      if (route.input === NoInput) throw invalid(name, 'Unknown field.')
      return [name, parseValue(text, types.get(name))]
    }),
  )
}

/** Parses numbers, booleans and fixed words of a query. Anything else stays text, and the procedure rejects it. */
function parseValue(text: string, type: QueryType | undefined): unknown {
  if (type === 'integer') return toWholeNumber(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (Array.isArray(type)) return type.find((word) => restWord(word) === text) ?? text
  return text
}

function toWholeNumber(text: string): number | string {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : text
}

/** What a value of a query is: one of some words, or a type of JSON Schema. */
type QueryType = string[] | string
const queryTypesCache = new WeakMap<RestRoute, Map<string, QueryType>>()

function queryTypes(route: RestRoute): Map<string, QueryType> {
  const cached = queryTypesCache.get(route)
  if (cached !== undefined) return cached
  const types = new Map(
    Object.entries(fieldsOf(route.input)).map(([field, schema]) => {
      const { type = 'string', enum: words } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
      return [snakeCase(field), words === undefined ? type : words.map(String)]
    }),
  )
  queryTypesCache.set(route, types)
  return types
}

async function readBody(c: Context<HttpEnvironment>, route: RestRoute): Promise<Record<string, unknown>> {
  const text = await c.req.text()
  const expected = route.input !== NoInput
  if (text === '' && !expected) return {}
  if (!isJson(c)) throw new PrebookError('UNSUPPORTED_MEDIA_TYPE')
  const body = parseJson(c, text)
  if (!isObject(body)) {
    throw new PrebookError('VALIDATION_ERROR', {
      message: 'The body must be a JSON object.',
      issues: [{ path: '', message: 'Must be a JSON object.' }],
    })
  }
  // Some of these procedures take no input, so they would not reject it.
  const [unknown] = expected ? [] : Object.keys(body)
  if (unknown !== undefined) throw invalid(unknown, 'Unknown field.')
  return body
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(c: Context<HttpEnvironment>, text: string): unknown {
  try {
    return parseWithPrices(text)
  } catch (error) {
    const malformed = new PrebookError('VALIDATION_ERROR', {
      message: 'The body is not valid JSON.',
      issues: [{ path: '', message: 'Must be valid JSON.' }],
      cause: error,
    })
    c.set('malformedBody', malformed)
    throw malformed
  }
}

/** Converts REST's field names to the procedure's. Unknown names are kept, and the procedure rejects them. */
function renameFields(
  given: Record<string, unknown>,
  route: RestRoute,
  currency: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (name === route.pathField) throw invalid(name, 'Unknown field.')
      const [field, schema] = fieldNamed(route.input, name) ?? refuseName(name)
      if (field === 'priceCents') return [field, toCents(value, currency) ?? refusePrice(currency)]
      return [field, Array.isArray(value) ? renameItems(value, schema, currency) : value]
    }),
  )
}

/**
 * Converts the names in the items of a list. The procedure refuses each item for itself, so it also gets what cannot be
 * converted.
 */
function renameItems(items: unknown[], schema: z.core.$ZodType | undefined, currency: string): unknown[] {
  const item = itemOf(schema)
  if (item === null) return items
  return items.map((value) => {
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const field = fieldNamed(item, name)?.[0] ?? unknownName(name)
        return [field, field === 'priceCents' ? (toCents(inner, currency) ?? Number.NaN) : inner]
      }),
    )
  })
}

/** The objects in a list; null if the schema is not that of a list of objects. */
function itemOf(schema: z.core.$ZodType | undefined): RestInput | null {
  if (!(schema instanceof z.ZodArray)) return null
  const { element } = schema
  return element instanceof z.ZodObject || element instanceof z.ZodUnion ? (element as RestInput) : null
}

type Named = [field: string, schema?: z.core.$ZodType]
const namesCache = new WeakMap<RestInput, Map<string, Named | null>>()

/** The field with a name in REST, or an unknown one with this name. Null for `bookId`, whose name in REST is `book_id`. */
function fieldNamed(input: RestInput, name: string): Named | null {
  let names = namesCache.get(input)
  if (names === undefined) {
    const fields = Object.entries(fieldsOf(input))
    names = new Map<string, Named | null>([
      ...fields.map(([field]) => [field, null] as const),
      ...fields.map(([field, schema]) => [snakeCase(field), [field, schema] as Named] as const),
    ])
    namesCache.set(input, names)
  }
  const found = names.get(name)
  return found === undefined ? [name] : found
}

function refuseName(name: string): never {
  throw invalid(name, 'Unknown field.')
}

function refusePrice(currency: string): never {
  throw invalid('price', priceProblem(currency))
}
