import type { HttpBindings } from '@hono/node-server'
import type { Logger } from '../logger.ts'

/** What Hono's context carries from one step to the next. */
export type Environment = {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    log: Logger
    /** Why the request was refused, for the log. */
    reason?: string
  }
}
