import { explainError, type Reason } from '@prebook/client'
import { reasonTexts, type ReasonText } from './reasons.ts'

/** A failure as the page shows it. */
export type FailureText = ReasonText & {
  /** The reason of the server; null when it did not respond. */
  reason: Reason | null
  /** Whether retrying the same request may succeed. */
  retryable: boolean
  /** The server's message for each invalid field. */
  issues: { path: string; message: string }[]
}

const retryableReasons: ReadonlySet<Reason> = new Set(['STORE_BUSY', 'INTERNAL_ERROR', 'RATE_LIMITED'])

/** Describes anything thrown for the user. Null when the page itself aborted the request. */
export function describeFailure(error: unknown): FailureText | null {
  const failure = explainError(error)
  const noResponse = { reason: null, retryable: true, issues: [] }
  switch (failure.kind) {
    case 'refused': {
      const { reason, field, retryAfterSeconds, requestId, message } = failure
      const { title, advice: generalAdvice } = reasonTexts[reason]
      const advice = retryAfterSeconds === null ? generalAdvice : retryHint(retryAfterSeconds)
      // Every refusal has one. Users need it only for what the shop has to find out.
      const reference = requestId !== null && reason === 'INTERNAL_ERROR' ? ` Request ID: ${requestId}.` : ''
      const named = field === null ? [] : [{ path: field, message: message.replace(`${field}: `, '') }]
      return {
        title,
        advice: `${advice}${reference}`,
        reason,
        retryable: retryableReasons.has(reason),
        issues: failure.issues ?? named,
      }
    }
    case 'unreachable':
      return navigator.onLine
        ? { ...noResponse, title: 'Cannot reach the shop', advice: 'Try again in a moment.' }
        : { ...noResponse, title: 'You are offline', advice: 'Check your connection, then try again.' }
    case 'timeout':
      return {
        ...noResponse,
        title: 'The shop is taking too long to respond',
        advice: 'Try again in a moment.',
      }
    case 'aborted':
      return null
    case 'not-prebook':
      return {
        ...noResponse,
        title: 'This response is not from the shop',
        advice: 'Your network may require you to sign in. Do that first, then try again.',
      }
    case 'unknown-reason':
      return { ...noResponse, retryable: false, title: 'The request was refused', advice: failure.message }
    case 'unknown':
      return { ...noResponse, title: 'Something went wrong', advice: 'Reload the page and try again.' }
  }
}

function retryHint(seconds: number): string {
  if (seconds <= 1) return 'Try again in a moment.'
  if (seconds < 90) return `Try again in about ${seconds} seconds.`
  return `Try again in about ${Math.ceil(seconds / 60)} minutes.`
}
