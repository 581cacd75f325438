import type { Context } from 'hono'
import type { Logger } from '../logger.ts'
import type { HttpEnvironment } from './environment.ts'

/** A log whose lines name the request. Made when there is something to say: most requests come to one line and an answer. */
export function requestLog(c: Context<HttpEnvironment>): Logger {
  return c.get('log').child({ requestId: c.get('requestId') })
}
