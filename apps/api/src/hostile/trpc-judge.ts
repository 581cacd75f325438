import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { reasons, type Reason } from '@prebook/core'
import type { Procedure } from './procedures.ts'
import { judgeSize, judgeWords } from './rest-judge.ts'
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
      requestId: z.string().nullable(),
    }),
  }),
})
const Success = z.strictObject({ result: z.strictObject({ data: z.unknown() }) })

/** What an answer came to: what is wrong with it, and which of its calls did something. */
export type Verdict = { wrong: string[]; succeeded: string[]; refused: Reason[] }

/** Looks at an answer of the tRPC door, whatever was sent. */
export function judgeTrpc(procedures: Procedure[], attempt: TrpcAttempt, answer: Answer): Verdict {
  const { status, headers, text } = answer
  const verdict: Verdict = { wrong: [], succeeded: [], refused: [] }
  if (attempt.method === 'HEAD' || attempt.method === 'OPTIONS') {
    if (status !== 204 || text !== '')
      verdict.wrong.push(`answers ${attempt.method} with ${status} ${shorten(text)}`)
    return verdict
  }
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    verdict.wrong.push(`is ${headers['content-type']}, not JSON`)
  }
  const body: unknown = JSON.parse(text)
  // A request that is refused as a whole gets one refusal, batch or not.
  const parts: unknown[] = Array.isArray(body) ? body : [body]
  if (Array.isArray(body) && parts.length !== attempt.calls.length)
    verdict.wrong.push('has not one part a call')
  const statuses = parts.map((part, index) => judgePart(procedures, attempt, { part, index }, verdict))
  const together = new Set(statuses).size > 1 ? 207 : statuses[0]
  if (status !== together) verdict.wrong.push(`is ${status}, and its parts say ${String(together)}`)
  if (verdict.refused.length === parts.length) verdict.wrong.push(...judgeSize(attempt, text))
  const waits = verdict.refused.some((reason) => reason === 'RATE_LIMITED' || reason === 'STORE_BUSY')
  if (waits && headers['retry-after'] === undefined) verdict.wrong.push('does not say how long to wait')
  return verdict
}

/** Judges the answer to one call, and tells the status it stands for. */
function judgePart(
  procedures: Procedure[],
  attempt: TrpcAttempt,
  { part, index }: { part: unknown; index: number },
  verdict: Verdict,
): number {
  const success = Success.safeParse(part)
  if (success.success) {
    const procedure = procedures.find(({ name }) => name === attempt.calls[index])
    verdict.succeeded.push(attempt.calls[index] ?? '')
    verdict.wrong.push(...judgeSuccess(procedure, attempt, success.data.result.data))
    return 200
  }
  const refusal = Refusal.safeParse(part)
  if (!refusal.success) {
    verdict.wrong.push(`has an error that is none: ${z.prettifyError(refusal.error)}`)
    return 0
  }
  const { code, data } = refusal.data.error
  verdict.refused.push(data.reason)
  const { trpc, http } = reasons[data.reason]
  // Only here is malformed input a 400: tRPC has no code for 422 that its clients expect.
  const expected = data.reason === 'VALIDATION_ERROR' ? 400 : http
  if (data.httpStatus !== expected) verdict.wrong.push(`says ${data.reason} with ${data.httpStatus}`)
  if (data.code !== trpc) verdict.wrong.push(`says ${data.reason} with ${data.code}`)
  if (code !== TRPC_ERROR_CODES_BY_KEY[data.code]) verdict.wrong.push(`says ${data.code} with ${code}`)
  if (http >= 500 && data.reason !== 'STORE_BUSY') verdict.wrong.push('is a fault of ours')
  if (data.issues !== null && data.reason !== 'VALIDATION_ERROR')
    verdict.wrong.push('has issues without need')
  if (data.requestId !== null) verdict.wrong.push('names the request without need')
  verdict.wrong.push(...judgeWords(JSON.stringify(part)))
  return data.httpStatus
}

/** Why a success should have been a refusal, or is not what was promised. */
function judgeSuccess(procedure: Procedure | undefined, attempt: TrpcAttempt, data: unknown): string[] {
  if (procedure === undefined) return ['succeeded although there is no such procedure']
  const { name, who, type, input, allowsInput, explain } = procedure
  const wrong: string[] = []
  const unlike = explain(data)
  if (unlike !== null) wrong.push(`${name} answers what it does not promise: ${unlike}`)
  if (who !== 'everybody' && (attempt.who === 'nobody' || attempt.who === 'deactivated')) {
    wrong.push(`${name} succeeded although ${attempt.who} may not do this`)
  }
  if (who === 'admins' && attempt.who !== 'admin') wrong.push(`${name} succeeded for a ${attempt.who}`)
  if (type === 'mutation' && attempt.method !== 'POST') wrong.push(`${name} succeeded by ${attempt.method}`)
  const text = attempt.inputs?.[0]
  if (input !== null && text !== undefined && (text === null || !allows(allowsInput, text))) {
    wrong.push(`${name} succeeded although the input is not what it takes`)
  }
  return wrong
}

/** Whether an input conforms, as it is or with spaces cut off around its texts, which the service does too. */
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
