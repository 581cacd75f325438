import { explainError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'

/** The timeout of a request, in milliseconds. */
export const RESPONSE_TIMEOUT_MS = 30_000

/**
 * Explains why there is no valid response.
 *
 * @param error the thrown value
 * @param cause the underlying error, when a library wraps it
 */
export function explainFailure(address: string, error: unknown, cause: unknown): NetworkError {
  const failure = explainError(error)
  const timedOut = cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError')
  if (timedOut || failure.kind === 'aborted' || failure.kind === 'timeout') {
    return new NetworkError(`${address} did not respond within ${RESPONSE_TIMEOUT_MS / 1000} seconds.`, {
      remedy: 'Try again. If the problem persists, check the server.',
      cause: error,
    })
  }
  if (failure.kind === 'unreachable') return unreachable(failure.message, error)
  if (cause instanceof TypeError)
    return unreachable(`${address} cannot be reached${errorCode(cause)}.`, error)
  return notPrebook(address, error)
}

/** A proxy reports that its server is unavailable. */
export function notAvailable(address: string, status: number): NetworkError {
  return unreachable(`${address} is not available (HTTP ${status}).`)
}

function unreachable(message: string, cause?: unknown): NetworkError {
  return new NetworkError(message, {
    remedy: 'Check that the server is running, or choose another one with --url or PREBOOK_URL.',
    cause,
  })
}

/** The address belongs to something else. */
export function notPrebook(address: string, cause?: unknown): NetworkError {
  return new NetworkError(`${address} is not a Prebook server.`, {
    remedy: 'Check the address in --url or PREBOOK_URL.',
    cause,
  })
}

/** The error code of the system in parentheses, such as ` (ECONNREFUSED)`. */
function errorCode(error: Error): string {
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
}
