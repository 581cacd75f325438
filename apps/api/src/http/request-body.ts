import type { Context } from 'hono'
import type { HttpEnvironment } from './environment.ts'

/** Whether the headers of a request announce a body of any length and type. */
export function hasBody(c: Context<HttpEnvironment>): boolean {
  const length = c.req.header('content-length')
  return c.req.header('transfer-encoding') !== undefined || (length !== undefined && length !== '0')
}

/** Whether a request declares its body as JSON. */
export function isJson(c: Context<HttpEnvironment>): boolean {
  return /^application\/json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')
}
