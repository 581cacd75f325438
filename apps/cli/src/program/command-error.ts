import type { Exit } from './exit-codes.ts'

/** What more there is to say: what to do, what the sentence is about (one thing a line), what lies underneath. */
export type CommandErrorOptions = { remedy?: string; items?: string[]; cause?: unknown }

/** Why a command ends without having done its work: one sentence for a person, and what to do about it. */
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
 * The server was not reached, or did not answer like a Prebook server. Whether it carried out what was asked is unknown.
 */
export class NetworkError extends CommandError {
  override readonly name = 'NetworkError'

  constructor(message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super('network', message, options)
  }
}
