import type { HttpBindings } from '@hono/node-server'
import type { Logger } from '../logger.ts'

/** What Hono's context carries from one step to the next. */
export type HttpEnvironment = {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    log: Logger
    /** Why the request was refused, for the log. */
    reason?: string
    /**
     * Set when the answer is a page, which may load and call more than an answer of the API, or a mail, which brings its
     * own style.
     */
    shows?: 'page' | 'mail'
  }
}
