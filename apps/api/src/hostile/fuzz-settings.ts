import { bound } from '@prebook/testing/bounds'
/** Where chance begins: the same seed sends the same requests. Printed with every failure. */
export const FUZZ_SEED = wholeNumber('FUZZ_SEED', 1)

/** Requests per procedure, twice as many per operation of REST and in batches. */
export const FUZZ_RUNS = wholeNumber('FUZZ_RUNS', 120)

/** Also ends the search for a smaller example of a failure. */
const MOST_MS = bound(240_000)

/** What fast-check is told for every property. */
export const fuzzing = {
  seed: FUZZ_SEED,
  numRuns: FUZZ_RUNS,
  interruptAfterTimeLimit: MOST_MS,
  markInterruptAsFailure: true,
}

/** How long a test with a property may take. */
export const FUZZ_TIMEOUT_MS = 2 * MOST_MS

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name] ?? ''
  if (text === '') return otherwise
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number; it is "${text}".`)
  return Number(text)
}
