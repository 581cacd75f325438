import { z } from 'zod'
import { parseIsbn, reasons, type Reason } from '@prebook/core'
import { SMALL_BODY } from '@prebook/server'
import { countMembers } from '../http/json-members.ts'
import type { JsonSchema } from './json-schema.ts'
import type { RestAttempt } from './rest-attempts.ts'
import type { Operation } from './rest-document.ts'
import { shorten, type Answer } from './send.ts'

const Refusal = z.strictObject({
  type: z.string().startsWith('/docs/errors#'),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  code: z.enum(Object.keys(reasons) as Reason[]),
  field: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).optional(),
  request_id: z.uuid(),
})

/** Checks the response of the REST API to any request. Returns the problems; empty when there are none. */
export function checkRestAnswer(operations: Operation[], attempt: RestAttempt, answer: Answer): string[] {
  const { status, headers, text } = answer
  const here = operationsAt(operations, attempt.path)
  if (status === 308) return checkRedirect(attempt, answer)
  if (attempt.method === 'OPTIONS' && here.length > 0)
    return [...expectEmptyBody(answer, [204]), ...checkAllow(here, answer)]
  if (attempt.method === 'HEAD') {
    const get = here.find((operation) => operation.method === 'GET')
    const statuses = get === undefined ? [404, 405] : Object.keys(get.answers).map(Number)
    return expectEmptyBody(answer, [...statuses, ...ofBody(attempt).map((code) => reasons[code].http)])
  }
  const operation = here.find(({ method }) => method === attempt.method)
  if (operation !== undefined && (status === 204 || (status === 202 && text === '')))
    return [...expectEmptyBody(answer, [202, 204]), ...findReasonsToRefuse(operation, attempt)]
  const described = operation?.answers[String(status)]
  const type = (status < 400 ? described?.type : null) ?? 'application/problem+json'
  const sent = type === 'text/csv' ? `${type}; charset=utf-8` : type
  if (headers['content-type'] !== sent) return [`is ${headers['content-type']}, not ${sent}`]
  if (operation !== undefined && (type === 'text/event-stream' || type === 'text/csv'))
    return findReasonsToRefuse(operation, attempt)
  const body: unknown = JSON.parse(text)
  if (operation === undefined) {
    const codes = [here.length === 0 ? 'ROUTE_NOT_FOUND' : 'METHOD_NOT_ALLOWED', ...ofBody(attempt)]
    return [
      ...checkRefusal(attempt, answer, body, codes),
      ...(status === 405 ? checkAllow(here, answer) : []),
    ]
  }
  if (described === undefined) {
    // The body of a GET means nothing, but it has the limits of every body.
    const codes = attempt.method === 'GET' ? ofBody(attempt) : []
    if (codes.length > 0) return checkRefusal(attempt, answer, body, codes)
    return [`${status} is not in the document for ${operation.name}`]
  }
  const mismatch = described.explain(body)
  const wrong = mismatch === null ? [] : [`does not match the document: ${mismatch}`]
  if (status >= 400) return [...wrong, ...checkRefusal(attempt, answer, body, described.codes)]
  return [...wrong, ...findReasonsToRefuse(operation, attempt)]
}

/** Checks the redirect of an address with a slash at its end. */
function checkRedirect({ path }: RestAttempt, { headers, text }: Answer): string[] {
  const wrong = text === '' ? [] : [`has a body: ${shorten(text)}`]
  if (!pathOf(path).endsWith('/')) wrong.push('redirects')
  if (!/^\/[^/]/.test(headers.location ?? '')) wrong.push(`redirects to ${headers.location}`)
  return wrong
}

/** Checks that the header `Allow` names exactly the methods of an address. */
function checkAllow(here: Operation[], { headers }: Answer): string[] {
  const expected = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  const named = headers.allow?.split(', ').toSorted().join()
  const wanted = [...expected, 'OPTIONS'].toSorted().join()
  return named === wanted ? [] : [`allows ${named}, not ${wanted}`]
}

/** The refusals of a body that is too large or too complex. It is refused before its address is looked at. */
function ofBody({ body }: RestAttempt): Reason[] {
  if (body === undefined || isWithinLimits(Buffer.from(body))) return []
  return [
    'PAYLOAD_TOO_LARGE',
    'VALIDATION_ERROR',
    'AUTH_REQUIRED',
    'AUTH_ACCOUNT_DEACTIVATED',
    'CSRF_REFUSED',
  ]
}

function isWithinLimits(body: Buffer): boolean {
  if (body.length > SMALL_BODY.bytes) return false
  try {
    return countMembers(body) <= SMALL_BODY.members
  } catch {
    // Nested too deeply.
    return false
  }
}

/** The reasons why a successful request should have been refused. */
function findReasonsToRefuse(operation: Operation, attempt: RestAttempt): string[] {
  const why: string[] = []
  const { caller } = attempt
  if (operation.access !== 'public' && (caller === 'anonymous' || caller === 'deactivated'))
    why.push(`the caller is ${caller}`)
  if (operation.access === 'staff' && caller === 'reader') why.push('the caller is reader, not staff')
  if (caller === 'token' && !operation.tokenMay) why.push('the caller is a token')
  if (operation.access === 'admin' && caller !== 'admin' && caller !== 'token')
    why.push(`the caller is ${caller}, not admin`)
  if (operation.hasId && !isId(idOf(operation, attempt.path))) why.push('the id in the path is not valid')
  if (operation.body !== null && !allowsBody(operation, attempt))
    why.push('the document does not allow the body')
  if (operation.method === 'GET' && !allowsQuery(operation, attempt.path)) {
    why.push('the document does not allow the query')
  }
  return why.map((reason) => `succeeded although ${reason}`)
}

function checkRefusal(attempt: RestAttempt, answer: Answer, body: unknown, codes: string[]): string[] {
  const { status, headers, text } = answer
  const parsed = Refusal.safeParse(body)
  if (!parsed.success) return [`has an invalid error body: ${z.prettifyError(parsed.error)}`]
  const { code, errors } = parsed.data
  const wrong: string[] = []
  if (status >= 500 && code !== 'STORE_BUSY') wrong.push('is a server error')
  if (reasons[code].http !== status) wrong.push(`says ${code}, which is not a ${status}`)
  if (!codes.includes(code)) wrong.push(`says ${code}, which the document does not list: ${codes.join(', ')}`)
  if ((errors !== undefined) !== (code === 'VALIDATION_ERROR'))
    wrong.push('must have errors with VALIDATION_ERROR, and only then')
  if (parsed.data.status !== status) wrong.push(`says ${parsed.data.status} in its body`)
  if (parsed.data.request_id !== headers['x-request-id']) wrong.push('has another request id in its body')
  if (status === 401 && headers['www-authenticate'] !== 'Bearer')
    wrong.push('has no WWW-Authenticate: Bearer')
  if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(headers['retry-after'] ?? ''))
    wrong.push('has no valid Retry-After')
  return [...wrong, ...findInternals(text), ...checkSize(attempt, text)]
}

/** Finds implementation details that a response must not reveal. */
export function findInternals(text: string): string[] {
  const found = /SQLITE|node_modules|kysely|\$argon2|\bat \S+ \(|\.[tj]s:\d+|\bfrom "|insert into/i.exec(text)
  return found === null ? [] : [`says "${found[0]}"`]
}

/** Checks that an error is not much larger than its request, which would allow amplification attacks. */
export function checkSize(attempt: { path: string; body?: string | Uint8Array }, text: string): string[] {
  const sent = attempt.path.length + (attempt.body?.length ?? 0)
  return text.length > 4_000 + 20 * sent ? [`has ${text.length} characters in response to ${sent}`] : []
}

function expectEmptyBody({ status, text }: Answer, statuses: number[]): string[] {
  const wrong = statuses.includes(status) ? [] : [`is ${status}, not ${statuses.join(' or ')}`]
  return text === '' ? wrong : [...wrong, `has a body: ${shorten(text)}`]
}

/** The path of an address. A book is found by its ISBN in two ways; only one of them is in the document. */
function pathOf(address: string): string {
  const path = address.split(/[?#]/)[0] ?? ''
  return path.replace(/^\/books\/isbn\/(?=[^/])/, '/books/isbn:')
}

/** The operations at an address. A path without a parameter wins. */
function operationsAt(operations: Operation[], address: string): Operation[] {
  const here = operations.filter((operation) => matches(operation, address))
  const exact = here.filter((operation) => !operation.hasId)
  return exact.length > 0 ? exact : here
}

function matches(operation: Operation, address: string): boolean {
  const [before = '', after] = operation.path.split('{id}')
  const path = pathOf(address)
  if (after === undefined) return path === before
  return (
    path.startsWith(before) &&
    path.endsWith(after) &&
    idOf(operation, address).length > 0 &&
    !idOf(operation, address).includes('/')
  )
}

function idOf(operation: Operation, address: string): string {
  const [before = '', after = ''] = operation.path.split('{id}')
  const path = pathOf(address)
  return path.slice(before.length, path.length - after.length)
}

function isId(text: string): boolean {
  const plain = URL.canParse(`http://x/${text}`) ? decode(text) : text
  if (plain.startsWith('isbn:')) return parseIsbn(plain.slice('isbn:'.length)) !== null
  return /^\d+$/.test(plain) && Number(plain) >= 1 && Number.isSafeInteger(Number(plain))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether the body conforms, as sent or after trimming its texts, as the service does. */
function allowsBody(operation: Operation, { body }: RestAttempt): boolean {
  if (body === undefined) return false
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(Buffer.from(body)))
    return operation.allowsBody(parsed) || operation.allowsBody(trimmed(parsed))
  } catch {
    return false
  }
}

function trimmed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, typeof inner === 'string' ? inner.trim() : inner]),
  )
}

function allowsQuery(operation: Operation, address: string): boolean {
  const start = address.indexOf('?')
  if (start === -1) return operation.allowsQuery({})
  // Pairs without a name are ignored.
  const pairs = [...new URLSearchParams(address.slice(start).replace(/#.*$/, ''))].filter(
    ([name]) => name !== '',
  )
  const values = new Map<string, unknown>()
  for (const [name, text] of pairs) {
    const schema = operation.query.find((parameter) => parameter.name === name)?.schema
    if (schema?.type === 'array') values.set(name, [values.get(name) ?? [], text.trim()].flat())
    else if (values.has(name)) return false
    else values.set(name, parseValue(schema, text))
  }
  return operation.allowsQuery(Object.fromEntries(values))
}

function parseValue(schema: JsonSchema | undefined, text: string): unknown {
  const type = schema?.type
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  return text.trim()
}
