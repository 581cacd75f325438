import type { HttpBindings } from '@hono/node-server'
import type { PrebookError } from '@prebook/core'
import type { Logger } from '../logger.ts'

/** The bindings and variables of Hono's context. */
export type HttpEnvironment = {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    log: Logger
    /** Why the request was refused, for the log. */
    reason?: string
    /** Set by the handler that found a body to be malformed JSON. */
    malformedBody?: PrebookError
    /**
     * The content security policy of the response, if not the API's: a page may load files and call the API, a mail
     * brings its own inline style, and pages of every origin may load a shared script.
     */
    contentPolicy?: 'page' | 'mail' | 'shared'
  }
}
