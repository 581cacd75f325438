import { explainError, type Reason } from '@prebook/client'
import { reasonWords, type Words } from './reasons.ts'

/** What went wrong, as the page tells it. */
export type FailureWords = Words & {
  /** Why the shop refused; null when it did not answer at all. */
  reason: Reason | null
  /** Whether the same request may go better in a moment. */
  worthRetrying: boolean
  /** What is wrong with which field of a form, in the server's words. */
  issues: { path: string; message: string }[]
}

const mayPass: ReadonlySet<Reason> = new Set(['STORE_BUSY', 'INTERNAL_ERROR', 'RATE_LIMITED'])

/** Turns whatever was thrown into words for people. Null when it was the page itself that gave up waiting. */
export function inWords(error: unknown): FailureWords | null {
  const failure = explainError(error)
  const silent = { reason: null, worthRetrying: true, issues: [] }
  switch (failure.kind) {
    case 'refused': {
      const { reason, field, retryAfterSeconds, requestId, message } = failure
      const { title, advice } = reasonWords[reason]
      const wait = retryAfterSeconds === null ? '' : ` ${waiting(retryAfterSeconds)}`
      const quote = requestId === null ? '' : ` Please quote ${requestId}.`
      const named = field === null ? [] : [{ path: field, message: message.replace(`${field}: `, '') }]
      return {
        title,
        advice: `${advice}${wait}${quote}`,
        reason,
        worthRetrying: mayPass.has(reason),
        issues: failure.issues ?? named,
      }
    }
    case 'unreachable':
      return navigator.onLine
        ? { ...silent, title: 'The shop does not answer', advice: 'It may be back in a moment.' }
        : { ...silent, title: 'You are offline', advice: 'Check your connection, then try again.' }
    case 'timeout':
      return { ...silent, title: 'The shop takes too long to answer', advice: 'Try again in a moment.' }
    case 'aborted':
      return null
    case 'not-prebook':
      return {
        ...silent,
        title: 'Something else answers in place of the shop',
        advice: 'A network that wants you to sign in first does that.',
      }
    case 'unknown-reason':
      return { ...silent, worthRetrying: false, title: 'The shop refused', advice: failure.message }
    case 'unknown':
      return { ...silent, title: 'Something went wrong on this page', advice: 'Load it again.' }
  }
}

function waiting(seconds: number): string {
  if (seconds < 90) return `In about ${seconds} seconds.`
  return `In about ${Math.ceil(seconds / 60)} minutes.`
}
