import { invalid, limits } from '@prebook/core'
import type { RequestContext } from '../context.ts'

/** The header as errors name it. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key'

/**
 * Checks the form of the header. Its value counts as it is, quotes included.
 *
 * @throws PrebookError `VALIDATION_ERROR` with the name of the header
 */
export function parseIdempotencyHeader(value: string): string {
  const { max } = limits.idempotencyHeader
  if (value.length <= max && /^[\x21-\x7e]+$/.test(value)) return value
  throw invalid(IDEMPOTENCY_HEADER, `Must be 1 to ${max} printable ASCII characters without spaces.`)
}

/**
 * The key of a stock change: the field of its input, or the header of its request; null without either.
 *
 * @throws PrebookError `VALIDATION_ERROR` with the name of the header when both are given and differ
 */
export function idempotencyKeyOf(
  { request }: Pick<RequestContext, 'request'>,
  input: { idempotencyKey?: string | undefined },
): string | null {
  const [header, field = null] = [request.idempotencyKey, input.idempotencyKey]
  if (header !== null && field !== null && header !== field)
    throw invalid(IDEMPOTENCY_HEADER, 'Must be the same as the key in the body, or omit one of the two.')
  return header ?? field
}
