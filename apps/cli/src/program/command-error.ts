import type { Exit } from './exit-codes.ts'

/** Optional details: what the user can do, a list of items (one per line), and the underlying error. */
export type CommandErrorOptions = { remedy?: string; items?: string[]; cause?: unknown }

/** Ends a command with an exit code, a one-sentence message and, where possible, a remedy. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  readonly exit: Exit
  readonly remedy: string | null
  readonly items: string[]

  constructor(exit: Exit, message: string, options: CommandErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.exit = exit
    this.remedy = options.remedy ?? null
    this.items = options.items ?? []
  }
}

/**
 * The server could not be reached, or its response is not from a Prebook server. The request may have been carried out.
 */
export class NetworkError extends CommandError {
  override readonly name = 'NetworkError'

  constructor(message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super('network', message, options)
  }
}
