import { methods } from './methods.ts'
import fc from 'fast-check'
import type { JsonSchema } from './json-schema.ts'
import type { Caller } from './people.ts'
import {
  brokenFields,
  brokenName,
  brokenText,
  oddNumbers,
  oddTexts,
  serializeFields,
} from './broken-values.ts'
import type { Operation } from './rest-document.ts'
import { describeAttempt, inAddress, type Attempt } from './send.ts'
import { validFields, validValue, type Fields } from './sound-values.ts'

/** A request to an operation and its caller. The session is added when the request is sent. */
export type RestAttempt = Attempt & { caller: Caller; [fc.toStringMethod](): string }

export const anyCaller: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('admin' as const) },
  { weight: 3, arbitrary: fc.constant('reader' as const) },
  { weight: 3, arbitrary: fc.constant('staff' as const) },
  { weight: 3, arbitrary: fc.constant('token' as const) },
  { weight: 1, arbitrary: fc.constantFrom('anonymous' as const, 'deactivated' as const) },
)

/** Malformed or unexpected headers. */
export const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { authorization: 'Bearer' },
      { 'sec-fetch-site': 'same-origin' },
      { authorization: `Bearer ${'x'.repeat(3_000)}` },
      { authorization: 'Bearer a b' },
      { authorization: 'Basic YWRtaW46YWRtaW4=' },
      { authorization: '', cookie: 'prebook_session=x; prebook_session=y' },
      { cookie: '__proto__=1; ;;=; prebook_session' },
      { 'x-forwarded-for': "'; drop table users; --", forwarded: 'for="[::1]"' },
      { 'x-http-method-override': 'DELETE', 'x-request-id': '../../x' },
      { 'idempotency-key': 'change-1' },
      { 'idempotency-key': 'change-2' },
      { 'idempotency-key': `k${'x'.repeat(300)}` },
      { 'idempotency-key': '"; drop table kept_answers; --' },
      { accept: 'image/png', 'accept-language': '\u00ff', 'accept-encoding': 'x' },
    ),
  },
)

/** Content types of bodies. */
export const contentType: fc.Arbitrary<string | undefined> = fc.oneof(
  { weight: 25, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/json;charset=utf-16',
      'application/jsonp',
      'text/plain',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'application/octet-stream',
      'x',
      ',',
      undefined,
    ),
  },
)

/** Requests to an operation: valid, invalid and unexpected ones. */
export function restAttempts(operation: Operation): fc.Arbitrary<RestAttempt> {
  return fc
    .record({
      caller: anyCaller,
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      id: !operation.hasId
        ? fc.constant('')
        : operation.path.startsWith('/books/')
          ? fc.oneof({ weight: 4, arbitrary: idInPath }, { weight: 1, arbitrary: isbnInPath })
          : idInPath,
      query: queryString(operation),
      headers: oddHeaders,
      type: contentType,
      body: requestBody(operation.body),
    })
    .map(({ caller, method, id, query, headers, type, body }) => {
      const attempt: Attempt = {
        method,
        path: operation.path.replace('{id}', () => id) + query,
        headers: {
          ...headers,
          ...(body !== undefined && type !== undefined && { 'content-type': type }),
        },
        ...(body !== undefined && { body }),
      }
      return { ...attempt, caller, [fc.toStringMethod]: () => `${caller}: ${describeAttempt(attempt)}` }
    })
}

const oddAddresses = [
  '%',
  '%zz',
  '%E0%A4%A',
  '%ff',
  '%00',
  '%ED%A0%80',
  '%F0%9F%93%9A',
  '%C0%AF',
  '+',
  '%2e%2e%2f',
  '%25',
]

const idInPath: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 25 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...oddNumbers, '007', '%31', '1%20', '1;x', '9'.repeat(400), '%D9%A1'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...oddAddresses, '__proto__', 'constructor', 'stock', '1/stock', ''),
  },
  { weight: 1, arbitrary: fc.constantFrom(...oddTexts.filter((text) => text.length < 3_000)).map(inAddress) },
)

/** A book by its ISBN. A test can give these ISBNs to books. */
const isbnInPath: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('isbn/', 'isbn:', 'isbn%3A', 'ISBN:'),
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('9780441013593', '0-441-01359-7', '978%200%20441%2001359%203'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('9780441013594', '9783161484100', '', '12', '%00', ...oddAddresses),
      },
    ),
  )
  .map(([prefix, isbn]) => prefix + isbn)

function queryString(operation: Operation): fc.Arbitrary<string> {
  const valid = operation.query.map(({ name, schema }) =>
    fc
      .tuple(validValue(schema, name), fc.boolean())
      .map(([value, given]) =>
        (given ? [value].flat() : []).map((each) => `${name}=${inAddress(String(each))}`),
      ),
  )
  const names = operation.query.map(({ name }) => name)
  const name = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...names, 'direction', 'limit') },
    { weight: 1, arbitrary: brokenName.map(inAddress) },
  )
  const value = fc.oneof(
    fc.constantFrom(...oddNumbers, '007', '%31', '1%20', '0x1'),
    fc.constantFrom(...oddTexts.filter((text) => text.length < 3_000)).map(inAddress),
    fc.constantFrom(...oddAddresses),
  )
  const broken = fc.tuple(name, value).map(([left, right]) => `${left}=${right}`)
  const mostly = operation.method === 'GET' ? 1 : 8
  return fc
    .tuple(
      fc.tuple(...valid).map((parts) => parts.flat()),
      fc.oneof(
        { weight: mostly, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(broken, { maxLength: 2 }) },
      ),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        fc.constantFrom('&', '&&=', '&=1', '?', '&a', '#', '&limit=1&limit=1', '&query=a&query=a'),
      ),
    )
    .map(([good, bad, end]) => {
      const kept = good.filter((pair) => !bad.some((other) => nameOf(other) === nameOf(pair)))
      const text = [...kept, ...bad].join('&') + end
      return text === '' ? '' : `?${text}`
    })
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf('='))
}

function requestBody(schema: JsonSchema | null): fc.Arbitrary<string | Uint8Array | undefined> {
  if (schema === null) {
    const some = fc.oneof(fc.constant('{}'), brokenText(fc.constant<Fields>([])))
    return fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some })
  }
  const valid = validFields(schema)
  return fc.oneof(
    { weight: 8, arbitrary: valid.map(serializeFields) },
    { weight: 7, arbitrary: brokenFields(valid).map(serializeFields) },
    { weight: 3, arbitrary: brokenText(valid) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}
