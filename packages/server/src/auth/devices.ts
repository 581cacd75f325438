import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UserRow } from '@prebook/db'
import type { RequestFacts } from '../context.ts'
import { readCookie } from './sessions.ts'
import type { SigningKey } from './signing-key.ts'

/** How long a device is known after its last sign-in, in seconds. Browsers keep a cookie for at most 400 days. */
const KNOWN_SECONDS = 365 * 24 * 3_600

const COOKIE_NAME = 'prebook_device'
/** A token: the time of issue and an HMAC-SHA-256. */
const TOKEN = /[0-9a-z]+\.[\w-]{43}/g
/** Separates the tokens in the cookie. It is not a character of a token. */
const SEPARATOR = '~'
/** The tokens that one browser keeps, one for each account that has signed in there. */
const MOST_TOKENS = 5

/**
 * Tokens that prove an earlier sign-in to one account from this device. They give no access: a device with a token is only
 * not held up by the failed sign-ins of others. A token is an HMAC over the account, the time and the password's hash, so
 * nothing is stored, and a new password ends all of them.
 */
export type Devices = {
  /** Creates a token for an account that has just signed in. */
  issue(user: UserRow): Promise<string>
  /** The token among these that belongs to the account, or null. Takes as long when there is no such account. */
  find(user: UserRow | undefined, tokens: readonly string[]): Promise<string | null>
}

/** Creates the device tokens; `now` returns milliseconds UTC. */
export function createDevices(signingKey: SigningKey, now: () => number): Devices {
  const sign = async (user: Pick<UserRow, 'id' | 'password_hash'>, issuedAt: number) =>
    `${issuedAt.toString(36)}.${createHmac('sha256', await signingKey())
      .update(`device ${user.id} ${issuedAt} ${user.password_hash}`)
      .digest('base64url')}`
  return {
    issue: (user) => sign(user, now()),
    async find(user, tokens) {
      let found: string | null = null
      for (const token of tokens.slice(0, MOST_TOKENS)) {
        const issuedAt = Number.parseInt(token, 36)
        const expected = Buffer.from(await sign(user ?? { id: 0, password_hash: '' }, issuedAt))
        const given = Buffer.from(token)
        const matches = expected.length === given.length && timingSafeEqual(expected, given)
        if (matches && user !== undefined && now() < issuedAt + KNOWN_SECONDS * 1_000) found ??= token
      }
      return found
    },
  }
}

/** The device tokens of a request, from its `Prebook-Device` header and its cookie. Text that is no token is left out. */
export function readDeviceTokens({ device, cookie }: Pick<RequestFacts, 'device' | 'cookie'>): string[] {
  const inCookie = cookie === null ? null : readCookie(cookie, COOKIE_NAME)
  return [device, inCookie].flatMap((text) => text?.match(TOKEN) ?? [])
}

/**
 * The value of the cookie with a new token, which replaces the earlier token of the same account. The tokens of other
 * accounts that signed in from this browser stay, up to a limit.
 */
export function addDeviceToken(request: RequestFacts, token: string, replaced: string | null): string {
  const others = readDeviceTokens({ ...request, device: null }).filter((other) => other !== replaced)
  return [token, ...others].slice(0, MOST_TOKENS).join(SEPARATOR)
}

/** Sends a new token of an account with the response: to a browser in the cookie, to other clients in a header. */
export function sendDeviceToken(
  request: RequestFacts,
  to: { cookie: boolean; replaced: string | null },
  token: string,
): void {
  if (to.cookie) request.setDeviceCookie(addDeviceToken(request, token, to.replaced))
  else request.setDeviceHeader(token)
}

/**
 * The `Set-Cookie` header that stores device tokens out of reach of scripts.
 *
 * @param secure whether browsers reach the service by HTTPS
 */
export function deviceCookie(tokens: string, secure: boolean): string {
  return `${COOKIE_NAME}=${tokens}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${KNOWN_SECONDS}${secure ? '; Secure' : ''}`
}
