import { explainError } from '@prebook/client'
import { NetworkError } from '../program/command-error.ts'

/** How long a server may take for one answer. */
export const ANSWER_WITHIN_MS = 30_000

/**
 * Puts into words why there was no answer that makes sense.
 *
 * @param error what was thrown
 * @param cause what lies underneath, where the error is one of a library's own
 */
export function explainFailure(address: string, error: unknown, cause: unknown): NetworkError {
  if (cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError')) {
    return new NetworkError(`${address} did not answer within ${ANSWER_WITHIN_MS / 1000} seconds.`, {
      remedy: 'Try again; if it lasts, look at how the server is doing.',
      cause: error,
    })
  }
  const failure = explainError(error)
  if (failure.kind === 'unreachable') return unreachable(failure.message, error)
  if (cause instanceof TypeError)
    return unreachable(`${address} cannot be reached${errorCode(cause)}.`, error)
  return notPrebook(address, error)
}

/** A proxy answers that the server behind it is away. */
export function notAvailable(address: string, status: number): NetworkError {
  return unreachable(`${address} is not available (HTTP ${status}).`)
}

function unreachable(message: string, cause?: unknown): NetworkError {
  return new NetworkError(message, {
    remedy: 'Is the server running? --url or PREBOOK_URL names another one.',
    cause,
  })
}

/** Something else answers at the address. */
export function notPrebook(address: string, cause?: unknown): NetworkError {
  return new NetworkError(`${address} does not answer like a Prebook server.`, {
    remedy: 'Check the address: --url or PREBOOK_URL names another one.',
    cause,
  })
}

/** The system's word for what went wrong, such as ` (ECONNREFUSED)`. */
function errorCode(error: Error): string {
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
}
