import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { acceptsIdentity, chooseCoding } from './content-coding.ts'
import { entityTag, isKnown } from './entity-tag.ts'
import type { HttpEnvironment } from './environment.ts'

/** Shorter responses are not compressed: with their headers they fit into one packet anyway. In bytes. */
const SMALLEST = 1_024

/**
 * Sends a value as JSON, compressed if the client asks for it. Unlike Hono's middleware, this has brotli, knows the length,
 * and costs a look at one header of requests that do not ask for it: see docs/decisions/0044-http-manners.md.
 */
export function sendJson(
  c: Context<HttpEnvironment>,
  value: unknown,
  status: ContentfulStatusCode,
  headers: Record<string, string> = {},
): Response {
  return sendJsonText(c, JSON.stringify(value), status, headers)
}

/**
 * Sends JSON that is the same for everyone and can change at any time, such as the catalogue. Caches may keep it, but have to
 * ask each time whether it is still current. What is sent to a request with credentials is for the cache of that client only.
 */
export function sendPublicJson(c: Context<HttpEnvironment>, value: unknown): Response {
  const { authorization, cookie, origin } = c.env.incoming.headers
  const audience = authorization === undefined && cookie === undefined ? 'public' : 'private'
  // A response to another site has CORS headers, which the next client would miss. That one has this header already.
  if (origin === undefined) c.header('Vary', 'Origin', { append: true })
  return sendTaggedJson(c, value, `${audience}, no-cache`)
}

/**
 * Sends JSON that is the same for every request of its address, from everyone and from every site. Shared caches may use it for
 * some seconds without asking.
 */
export function sendFreshJson(c: Context<HttpEnvironment>, value: unknown, seconds: number): Response {
  c.header('Vary', 'Accept-Encoding')
  return sendTaggedJson(c, value, `public, max-age=${seconds}`)
}

/** Sends a value as JSON with its entity tag, or 304 to a client that has it. */
function sendTaggedJson(c: Context<HttpEnvironment>, value: unknown, caching: string): Response {
  const text = JSON.stringify(value)
  const tag = entityTag(text)
  c.header('Cache-Control', caching)
  c.header('ETag', tag)
  if (isKnown(c.req.header('if-none-match'), tag)) return c.body(null, 304)
  return sendJsonText(c, text, 200, {})
}

/** As {@link sendJson}, of a value that is text already. */
export function sendJsonText(
  c: Context<HttpEnvironment>,
  text: string,
  status: ContentfulStatusCode,
  headers: Record<string, string>,
): Response {
  const typed = { 'Content-Type': 'application/json', ...headers }
  const accepted = c.req.header('accept-encoding')
  if (accepted === undefined || c.req.method === 'HEAD') return c.body(text, status, typed)
  if (text.length < SMALLEST && acceptsIdentity(accepted)) return c.body(text, status, typed)
  const coding = chooseCoding(accepted, ['br', 'gzip'])
  if (coding === 'identity') return c.body(text, status, typed)
  return c.body(compress[coding](text), status, { ...typed, 'Content-Encoding': coding })
}

/**
 * Compresses at the lowest quality, without another thread: a page of 20 books then takes 0.1 ms and shrinks to less than a
 * third. A better quality or a thread costs several times as much of the processor, for a tenth of the bytes.
 */
const compress = {
  gzip: (text: string) => gzipSync(text, { level: constants.Z_BEST_SPEED }),
  br: (text: string) =>
    brotliCompressSync(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
    }),
}
