import { PrebookError } from '@prebook/core'
import { CopyError, StoreOpenError } from '@prebook/db'
import { ConfigError } from '../config.ts'

/** Invalid usage. The message says how to correct it. */
export class UsageError extends Error {}

const expected = [UsageError, ConfigError, StoreOpenError, CopyError, PrebookError]

/**
 * Runs a command. An expected error becomes one sentence and an exit code: 2 for invalid usage, else 1.
 *
 * @param wording adapts the sentence to the command's options
 */
export async function runCommand(
  main: () => Promise<void>,
  wording: (message: string) => string = (message) => message,
): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Error && expected.some((kind) => error instanceof kind))) throw error
    const field = error instanceof PrebookError && error.field !== null ? `${error.field}: ` : ''
    process.stderr.write(`${field}${wording(error.message)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
