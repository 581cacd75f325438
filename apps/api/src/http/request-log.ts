import type { Context } from 'hono'
import type { Logger } from '../logger.ts'
import type { HttpEnvironment } from './environment.ts'

/** A logger whose lines include the request id. Created on demand, because most requests log nothing but their one line. */
export function requestLog(c: Context<HttpEnvironment>): Logger {
  return c.get('log').child({ requestId: c.get('requestId') })
}
