import { isIP } from 'node:net'
import type { Context } from 'hono'
import { sessionCookie, type RequestFacts } from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from './environment.ts'
import { hasBody, isJson } from './request-body.ts'

/**
 * What procedures may know of a request.
 *
 * @param setCookie puts a `Set-Cookie` header on the answer, the way the door does that
 */
export function requestFacts(
  c: Context<HttpEnvironment>,
  config: Config,
  setCookie: (header: string) => void,
): RequestFacts {
  const secure = config.PUBLIC_URL?.startsWith('https:') ?? false
  return {
    id: c.get('requestId'),
    address: clientAddress(c, config.TRUSTED_PROXIES),
    authorization: c.req.header('authorization') ?? null,
    cookie: c.req.header('cookie') ?? null,
    trustedOrigin: isTrustedOrigin(c, config),
    setSessionCookie: (token) => setCookie(sessionCookie(token, secure)),
  }
}

/**
 * The client's address. Each proxy appends the address it saw to X-Forwarded-For, so with n proxies in front the nth from
 * the right was written by one of ours, and everything left of it by whoever liked to.
 */
export function clientAddress(c: Context<HttpEnvironment>, trustedProxies: number): string {
  const direct = c.env.incoming.socket.remoteAddress ?? 'unknown'
  if (trustedProxies === 0) return direct
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  const address = forwarded.at(-trustedProxies) ?? ''
  return isIP(address) === 0 ? direct : address
}

/**
 * Whether a browser says that a page of this site, or of an allowed origin, made the request. Cookies go along with what
 * other sites send too, but those cannot forge these headers, nor send JSON without asking first.
 */
function isTrustedOrigin(c: Context<HttpEnvironment>, config: Config): boolean {
  if (hasBody(c) && !isJson(c)) return false
  const origin = c.req.header('origin')
  if (origin !== undefined && config.CORS_ORIGINS.includes(origin)) return true
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  if (origin === undefined) return false
  const own = config.PUBLIC_URL ?? `http://${c.req.header('host') ?? ''}`
  return URL.canParse(own) && new URL(own).origin === origin
}
