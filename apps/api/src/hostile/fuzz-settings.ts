import { bound } from '@prebook/testing/bounds'

/** The random seed. The same seed sends the same requests. Failures print it. */
export const FUZZ_SEED = wholeNumber('FUZZ_SEED', 1)

/** The number of requests per procedure; twice as many per REST operation and in batches. */
export const FUZZ_RUNS = wholeNumber('FUZZ_RUNS', 60)

/** The time limit of a property in milliseconds, including the shrinking of a failure. */
const LIMIT_MS = bound(240_000)

/** The fast-check settings for every property. */
export const fuzzing = {
  seed: FUZZ_SEED,
  numRuns: FUZZ_RUNS,
  interruptAfterTimeLimit: LIMIT_MS,
  markInterruptAsFailure: true,
}

/** The timeout of a test with a property, in milliseconds. */
export const FUZZ_TIMEOUT_MS = 2 * LIMIT_MS

function wholeNumber(name: string, defaultValue: number): number {
  const text = process.env[name] ?? ''
  if (text === '') return defaultValue
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number; got "${text}".`)
  return Number(text)
}
