import type { Context } from 'hono'
import { invalid, PrebookError } from '@prebook/core'
import { z } from 'zod'
import type { HttpEnvironment } from '../http/environment.ts'
import { isJson } from '../http/request-body.ts'
import { snakeCase } from './names.ts'
import type { RestRoute } from './route.ts'
import { NoInput } from './shapes.ts'

/**
 * Reads the input of a route's procedure from the path, the query and the body. It converts names and types only; the
 * procedure validates the values.
 *
 * @throws PrebookError `VALIDATION_ERROR`, `UNSUPPORTED_MEDIA_TYPE`
 */
export async function readInput(
  c: Context<HttpEnvironment>,
  route: RestRoute,
): Promise<Record<string, unknown>> {
  const given = route.method === 'GET' ? readQuery(c, route) : await readBody(c, route)
  const input = renameFields(given, route)
  if (route.pathField !== undefined) input[route.pathField] = toWholeNumber(c.req.param('id') ?? '')
  return input
}

function readQuery(c: Context<HttpEnvironment>, route: RestRoute): Record<string, unknown> {
  const types = queryTypes(route)
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      const [text = ''] = values
      if (values.length > 1) throw invalid(name, 'Must be given only once.')
      // Some of these procedures take no input, so they would not reject it.
      if (route.input === NoInput) throw invalid(name, 'Unknown field.')
      return [name, parseValue(text, types.get(name))]
    }),
  )
}

/** Parses numbers and booleans of a query. Anything else stays text, and the procedure rejects it. */
function parseValue(text: string, type: unknown): unknown {
  if (type === 'integer') return toWholeNumber(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function toWholeNumber(text: string): number | string {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : text
}

const queryTypesCache = new WeakMap<RestRoute, Map<string, unknown>>()

function queryTypes(route: RestRoute): Map<string, unknown> {
  const cached = queryTypesCache.get(route)
  if (cached !== undefined) return cached
  const { properties = {} } = z.toJSONSchema(route.input, { io: 'input', unrepresentable: 'any' })
  const types = new Map(
    Object.entries(properties).map(([name, schema]) => [
      snakeCase(name),
      typeof schema === 'object' && schema.type,
    ]),
  )
  queryTypesCache.set(route, types)
  return types
}

async function readBody(c: Context<HttpEnvironment>, route: RestRoute): Promise<Record<string, unknown>> {
  const text = await c.req.text()
  const expected = Object.keys(route.input.shape).length > 0
  if (text === '' && !expected) return {}
  if (!isJson(c)) throw new PrebookError('UNSUPPORTED_MEDIA_TYPE')
  const body = parseJson(c, text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PrebookError('VALIDATION_ERROR', {
      message: 'The body must be a JSON object.',
      issues: [{ path: '', message: 'Must be a JSON object.' }],
    })
  }
  return { ...body }
}

function parseJson(c: Context<HttpEnvironment>, text: string): unknown {
  try {
    return JSON.parse(text)
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
function renameFields(given: Record<string, unknown>, route: RestRoute): Record<string, unknown> {
  const fields = Object.keys(route.input.shape)
  const names = new Map(fields.map((field) => [snakeCase(field), field]))
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const field = names.get(name)
      // `bookId` is a field of the procedure, but its name in REST is `book_id`.
      if (field === undefined && (fields.includes(name) || name === route.pathField)) {
        throw invalid(name, 'Unknown field.')
      }
      return [field ?? name, field === 'priceCents' ? toCents(value) : value]
    }),
  )
}

/** Converts a price in whole units to exact cents. It uses the decimal digits, because 19.99 × 100 is not 1999 in doubles. */
function toCents(price: unknown): number {
  const digits = /^(\d+)(?:\.(\d{1,2}))?$/.exec(typeof price === 'number' ? String(price) : '')
  if (digits === null) throw invalid('price', 'Must be a number with at most 2 decimals, such as 19.99.')
  return Number(digits[1]) * 100 + Number((digits[2] ?? '').padEnd(2, '0'))
}
