import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { reasons, type Reason } from '@prebook/core'
import { refusalsOf, type ProcedureName } from '@prebook/server'
import type { Procedure } from './procedures.ts'
import { checkSize, findInternals } from './rest-judge.ts'
import { shorten, type Answer } from './send.ts'
import type { TrpcAttempt } from './trpc-attempts.ts'

const Refusal = z.strictObject({
  error: z.strictObject({
    code: z.int(),
    message: z.string().min(1),
    data: z.strictObject({
      code: z.enum(Object.keys(TRPC_ERROR_CODES_BY_KEY) as (keyof typeof TRPC_ERROR_CODES_BY_KEY)[]),
      httpStatus: z.int(),
      reason: z.enum(Object.keys(reasons) as Reason[]),
      field: z.string().nullable(),
      issues: z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).nullable(),
      retryAfterSeconds: z.int().min(1).nullable(),
      requestId: z.uuid(),
    }),
  }),
})
const Success = z.strictObject({ result: z.strictObject({ data: z.unknown() }) })

/** The result of checking a response: its problems, and its successful and refused calls. */
export type CheckResult = { wrong: string[]; succeeded: string[]; refused: Reason[] }

/** Checks the response of the tRPC API to any request. */
export function checkTrpcAnswer(procedures: Procedure[], attempt: TrpcAttempt, answer: Answer): CheckResult {
  const { status, headers, text } = answer
  const result: CheckResult = { wrong: [], succeeded: [], refused: [] }
  if (attempt.method === 'HEAD' || attempt.method === 'OPTIONS') {
    const expected = attempt.method === 'HEAD' ? status < 500 : status === 204 && headers.allow !== undefined
    if (!expected || text !== '')
      result.wrong.push(`answers ${attempt.method} with ${status} ${shorten(text)}`)
    return result
  }
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    result.wrong.push(`is ${headers['content-type']}, not JSON`)
  }
  const body: unknown = JSON.parse(text)
  // A request refused as a whole gets a single error, even for a batch.
  const parts: unknown[] = Array.isArray(body) ? body : [body]
  if (Array.isArray(body) && parts.length !== attempt.calls.length)
    result.wrong.push('does not have one part per call')
  const requestId = headers['x-request-id']
  const statuses = parts.map((part, index) =>
    checkPart(procedures, attempt, { part, index, requestId }, result),
  )
  const together = new Set(statuses).size > 1 ? 207 : statuses[0]
  if (status !== together) result.wrong.push(`is ${status}, but its parts require ${String(together)}`)
  if (result.refused.length === parts.length) result.wrong.push(...checkSize(attempt, text))
  const waits = result.refused.some((reason) => reason === 'RATE_LIMITED' || reason === 'STORE_BUSY')
  if (waits && headers['retry-after'] === undefined) result.wrong.push('has no Retry-After')
  return result
}

/** The statuses that tRPC has no code for, and those that it uses instead. */
const statusesInTrpc: Partial<Record<Reason, number>> = { VALIDATION_ERROR: 400, AUTH_LINK_INVALID: 412 }

/** The refusals of requests, whatever they call. */
const refusalsOfRequests = new Set<Reason>([
  'BATCH_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'VALIDATION_ERROR',
])

function mayRefuse({ name }: Procedure, reason: Reason): boolean {
  return refusalsOfRequests.has(reason) || refusalsOf(name as ProcedureName).includes(reason)
}

/** Checks the response to one call and returns its status. */
function checkPart(
  procedures: Procedure[],
  attempt: TrpcAttempt,
  { part, index, requestId }: { part: unknown; index: number; requestId: unknown },
  result: CheckResult,
): number {
  const success = Success.safeParse(part)
  if (success.success) {
    const procedure = procedures.find(({ name }) => name === attempt.calls[index])
    result.succeeded.push(attempt.calls[index] ?? '')
    result.wrong.push(...checkSuccess(procedure, attempt, success.data.result.data))
    return 200
  }
  const refusal = Refusal.safeParse(part)
  if (!refusal.success) {
    result.wrong.push(`has an invalid error body: ${z.prettifyError(refusal.error)}`)
    return 0
  }
  const { code, data } = refusal.data.error
  result.refused.push(data.reason)
  const called = procedures.find(({ name }) => name === attempt.calls[index])
  if (called !== undefined && !mayRefuse(called, data.reason))
    result.wrong.push(`${called.name} refuses with ${data.reason}, which is not among its refusals`)
  const { trpc, http } = reasons[data.reason]
  const expected = statusesInTrpc[data.reason] ?? http
  if (data.httpStatus !== expected) result.wrong.push(`says ${data.reason} with ${data.httpStatus}`)
  if (data.code !== trpc) result.wrong.push(`says ${data.reason} with ${data.code}`)
  if (code !== TRPC_ERROR_CODES_BY_KEY[data.code]) result.wrong.push(`says ${data.code} with ${code}`)
  if (http >= 500 && data.reason !== 'STORE_BUSY') result.wrong.push('is a server error')
  if (data.issues !== null && data.reason !== 'VALIDATION_ERROR')
    result.wrong.push('has issues without VALIDATION_ERROR')
  if (data.requestId !== requestId) result.wrong.push('has another request id than its header')
  result.wrong.push(...findInternals(JSON.stringify(part)))
  return data.httpStatus
}

/** The reasons why a successful call should have been refused, or why its result is wrong. */
function checkSuccess(procedure: Procedure | undefined, attempt: TrpcAttempt, data: unknown): string[] {
  if (procedure === undefined) return ['succeeded although the procedure does not exist']
  const { name, access, tokenMay, type, input, inputIsOptional, allowsInput, explain } = procedure
  const wrong: string[] = []
  const mismatch = explain(data)
  if (mismatch !== null) wrong.push(`${name} returns a result that its schema does not allow: ${mismatch}`)
  if (access !== 'public' && (attempt.caller === 'anonymous' || attempt.caller === 'deactivated')) {
    wrong.push(`${name} succeeded although the caller is ${attempt.caller}`)
  }
  if (access === 'staff' && attempt.caller === 'reader') {
    wrong.push(`${name} succeeded although the caller is ${attempt.caller}, not staff`)
  }
  if (attempt.caller === 'token' && !tokenMay) wrong.push(`${name} succeeded although the caller is a token`)
  if (access === 'admin' && attempt.caller !== 'admin' && attempt.caller !== 'token') {
    wrong.push(`${name} succeeded although the caller is ${attempt.caller}, not admin`)
  }
  if (type === 'mutation' && attempt.method !== 'POST') wrong.push(`${name} succeeded by ${attempt.method}`)
  const text = attempt.inputs?.[0]
  // An empty text is no input.
  const allowed = text === undefined || (text ? allows(allowsInput, text) : inputIsOptional)
  if (input !== null && !allowed) {
    wrong.push(`${name} succeeded although its input is not valid`)
  }
  return wrong
}

/** Whether an input conforms, as sent or after trimming its texts, as the service does. */
function allows(allowsInput: (input: unknown) => boolean, text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    if (allowsInput(parsed)) return true
    const trimmed = Object.entries(parsed as object).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.trim() : value,
    ])
    return allowsInput(Object.fromEntries(trimmed))
  } catch {
    return false
  }
}
