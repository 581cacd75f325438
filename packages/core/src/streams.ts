import { PrebookError } from './errors.ts'

/** Streams of one account or token at most. Beyond that, a new stream ends the oldest. */
export const MOST_STREAMS = 20

/** The refusal with which the oldest stream ends. */
export function tooManyStreams(): PrebookError {
  return new PrebookError('RATE_LIMITED', {
    message: `This account or token has more than ${MOST_STREAMS} streams open, so the oldest one was closed.`,
  })
}
