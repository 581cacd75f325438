/**
 * How long an answer takes at least, in milliseconds, that must not tell whether an address has an account. The work takes a
 * tenth of it.
 */
export const ANSWER_MS = 100
