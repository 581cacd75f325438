import { z } from 'zod'
import { reasons, type Reason } from '@prebook/core'
import type { RestAttempt } from './rest-attempts.ts'
import type { Operation } from './rest-document.ts'
import { shorten, type Answer } from './send.ts'

const Refusal = z.strictObject({
  detail: z.string().min(1),
  code: z.enum(Object.keys(reasons) as Reason[]),
  field: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).optional(),
  request_id: z.string().optional(),
})

/** What is wrong with an answer of the REST door, whatever was sent. Empty when nothing is. */
export function judgeRest(operations: Operation[], attempt: RestAttempt, answer: Answer): string[] {
  const { status, headers, text } = answer
  if (attempt.method === 'OPTIONS') return expectBare(answer, [204])
  const here = operations.filter((operation) => matches(operation, attempt.path))
  if (attempt.method === 'HEAD') {
    const asked = here.find((operation) => operation.method === 'GET')
    return expectBare(answer, asked === undefined ? [404, 405] : Object.keys(asked.answers).map(Number))
  }
  const operation = here.find(({ method }) => method === attempt.method)
  if (operation !== undefined && status === 204)
    return [...expectBare(answer, [204]), ...expectRefusal(operation, attempt)]
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    return [`is ${headers['content-type']}, not JSON`]
  const body: unknown = JSON.parse(text)
  if (operation === undefined) {
    return judgeRefusal(
      attempt,
      answer,
      body,
      here.length === 0 ? ['ROUTE_NOT_FOUND'] : ['METHOD_NOT_ALLOWED'],
    )
  }
  const described = operation.answers[String(status)]
  if (described === undefined) return [`${status} is not in the document for ${operation.name}`]
  const unlike = described.explain(body)
  const wrong = unlike === null ? [] : [`is not what the document says: ${unlike}`]
  if (status >= 400) return [...wrong, ...judgeRefusal(attempt, answer, body, described.codes)]
  return [...wrong, ...expectRefusal(operation, attempt)]
}

/** Why a success should have been a refusal. */
function expectRefusal(operation: Operation, attempt: RestAttempt): string[] {
  const why: string[] = []
  const { who } = attempt
  if (operation.who !== 'everybody' && (who === 'nobody' || who === 'deactivated'))
    why.push(`${who} may not do this`)
  if (operation.who === 'admins' && who !== 'admin') why.push(`a ${who} may not do this`)
  if (operation.hasId && !isId(idOf(operation, attempt.path))) why.push('the id in the address is none')
  if (operation.body !== null && !allowsBody(operation, attempt))
    why.push('the body is not what the document allows')
  if (operation.method === 'GET' && !allowsQuery(operation, attempt.path)) {
    why.push('the query is not what the document allows')
  }
  return why.map((reason) => `succeeded although ${reason}`)
}

function judgeRefusal(attempt: RestAttempt, answer: Answer, body: unknown, codes: string[]): string[] {
  const { status, headers, text } = answer
  const parsed = Refusal.safeParse(body)
  if (!parsed.success) return [`has an error that is none: ${z.prettifyError(parsed.error)}`]
  const { code, errors, request_id } = parsed.data
  const wrong: string[] = []
  if (status >= 500 && code !== 'STORE_BUSY') wrong.push('is a fault of ours')
  if (reasons[code].http !== status) wrong.push(`says ${code}, which is not a ${status}`)
  if (!codes.includes(code)) wrong.push(`says ${code}, which the document does not list: ${codes.join(', ')}`)
  if ((errors !== undefined) !== (code === 'VALIDATION_ERROR'))
    wrong.push('has errors, or lacks them, without need')
  if ((request_id !== undefined) !== (code === 'INTERNAL_ERROR')) wrong.push('names the request without need')
  if (status === 401 && headers['www-authenticate'] !== 'Bearer')
    wrong.push('does not say how to authenticate')
  if (status === 429 && !/^[1-9]\d*$/.test(headers['retry-after'] ?? ''))
    wrong.push('does not say how long to wait')
  if (code === 'METHOD_NOT_ALLOWED' && headers.allow === undefined)
    wrong.push('does not say which methods there are')
  return [...wrong, ...judgeWords(text), ...judgeSize(attempt, text)]
}

/** Signs that an answer tells of what lies underneath. */
export function judgeWords(text: string): string[] {
  const found = /SQLITE|node_modules|kysely|\$argon2|\bat \S+ \(|\.[tj]s:\d+|\bfrom "|insert into/i.exec(text)
  return found === null ? [] : [`says "${found[0]}"`]
}

/** A small request must not make a large refusal: it would be a way to make the server work. */
export function judgeSize(attempt: { path: string; body?: string | Uint8Array }, text: string): string[] {
  const sent = attempt.path.length + (attempt.body?.length ?? 0)
  return text.length > 4_000 + 20 * sent ? [`has ${text.length} characters, for ${sent} that were sent`] : []
}

function expectBare({ status, text }: Answer, statuses: number[]): string[] {
  const wrong = statuses.includes(status) ? [] : [`is ${status}, not ${statuses.join(' or ')}`]
  return text === '' ? wrong : [...wrong, `has a body: ${shorten(text)}`]
}

function pathOf(address: string): string {
  return address.split(/[?#]/)[0] ?? ''
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
  return /^\d+$/.test(plain) && Number(plain) >= 1 && Number.isSafeInteger(Number(plain))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether the body conforms, as it is or with spaces cut off around its texts, which the service does too. */
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
  if (start === -1) return true
  // A pair without a name says nothing, and is passed over.
  const pairs = [...new URLSearchParams(address.slice(start).replace(/#.*$/, ''))].filter(
    ([name]) => name !== '',
  )
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) return false
  const values = pairs.map(([name, text]) => [name, meant(operation, name, text)])
  return operation.allowsQuery(Object.fromEntries(values) as Record<string, unknown>)
}

function meant(operation: Operation, name: string, text: string): unknown {
  const type = operation.query.find((parameter) => parameter.name === name)?.schema.type
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  return text.trim()
}
