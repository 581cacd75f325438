import { isIP } from 'node:net'
import type { Context } from 'hono'
import { deviceCookie, sessionCookies, type RequestFacts } from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from './environment.ts'
import { hasBody, isJson } from './request-body.ts'

/** The header with a device token, of responses to a sign-in and of later requests to sign in. */
export const DEVICE_HEADER = 'Prebook-Device'

/**
 * The facts about a request that procedures may use.
 *
 * @param addHeader adds a header to the response, in the way of the calling handler
 */
export function requestFacts(
  c: Context<HttpEnvironment>,
  config: Config,
  addHeader: (name: string, value: string) => void,
): RequestFacts {
  const secure = config.PUBLIC_URL?.startsWith('https:') ?? false
  return {
    id: c.get('requestId'),
    address: clientAddress(c, config.TRUSTED_PROXIES),
    authorization: c.req.header('authorization') ?? null,
    cookie: c.req.header('cookie') ?? null,
    secure,
    userAgent: c.req.header('user-agent') ?? null,
    trustedOrigin: isTrustedOrigin(c, config),
    device: c.req.header(DEVICE_HEADER) ?? null,
    idempotencyKey: null,
    setReplayed: () => {},
    setSessionCookie(token) {
      for (const cookie of sessionCookies(token, secure)) addHeader('Set-Cookie', cookie)
    },
    setDeviceCookie: (tokens) => addHeader('Set-Cookie', deviceCookie(tokens, secure)),
    setDeviceHeader: (token) => addHeader(DEVICE_HEADER, token),
    // draft-ietf-httpapi-ratelimit-headers: the policy, with its quota and window, and what is left of it.
    setRateLimit({ limit, windowSeconds, remaining, resetSeconds }) {
      addHeader('RateLimit-Policy', `"token";q=${limit};w=${windowSeconds}`)
      addHeader('RateLimit', `"token";r=${remaining};t=${resetSeconds}`)
    },
  }
}

/**
 * The client's address. Each proxy appends the address it saw to X-Forwarded-For. With n trusted proxies, the nth entry
 * from the right was written by a trusted one; a client can forge everything to the left of it.
 */
export function clientAddress(c: Context<HttpEnvironment>, trustedProxies: number): string {
  const direct = c.env.incoming.socket.remoteAddress ?? 'unknown'
  if (trustedProxies === 0) return direct
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  const address = forwarded.at(-trustedProxies) ?? ''
  return isIP(address) === 0 ? direct : address
}

/**
 * Whether the browser reports that a page of this site, or of an allowed origin, made the request. Browsers also attach
 * cookies to requests from other sites, but those sites cannot forge these headers or send JSON without a preflight.
 */
function isTrustedOrigin(c: Context<HttpEnvironment>, config: Config): boolean {
  if (hasBody(c) && !isJson(c)) return false
  const origin = c.req.header('origin')
  if (origin !== undefined && config.CORS_ORIGINS.includes(origin)) return true
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  if (origin === undefined) return false
  const ownUrl = config.PUBLIC_URL ?? `http://${c.req.header('host') ?? ''}`
  return URL.canParse(ownUrl) && new URL(ownUrl).origin === origin
}
