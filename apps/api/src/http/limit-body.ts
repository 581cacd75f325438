import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { hasReason, PrebookError } from '@prebook/core'
import { createRequestContext, largestBody, type Services } from '@prebook/server'
import type { Config } from '../config.ts'
import { calledProcedures } from './called-procedures.ts'
import { closeAfter } from './close-after.ts'
import type { HttpEnvironment } from './environment.ts'
import { receiveBody } from './receive-body.ts'
import { logRefusal } from './log-refusal.ts'
import { refuse } from './refuse.ts'
import { hasBody, isJson } from './request-body.ts'
import { clientAddress, requestFacts } from './request-facts.ts'

/**
 * How long, in milliseconds, a network that sent too many such bodies waits for each further refusal. Its connections can
 * then post so few of them that other requests hardly notice.
 */
const THROTTLED_MS = 1_000

/**
 * Receives the body of every request within its limits, before anything parses it. A body up to `SMALL_BODY` is read at
 * once. For a larger one, reading stops until the session has been looked up. What is refused here, or as malformed JSON
 * by a handler, counts in a throttle per network: see docs/decisions/0034-bodies-are-bounded-before-they-are-parsed.md.
 */
export function limitBody(services: Services, config: Config) {
  const countRefusal = async (address: string, refusal: PrebookError): Promise<PrebookError> => {
    try {
      await services.bodyThrottle.refused(address)
      return refusal
    } catch (error) {
      if (!hasReason(error, 'RATE_LIMITED')) throw error
      await pause(THROTTLED_MS)
      return error
    }
  }
  return createMiddleware<HttpEnvironment>(async (c, next) => {
    if (!hasBody(c)) return next()
    const { incoming } = c.env
    try {
      requireNoCoding(c)
      const body = await receiveBody(incoming, {
        isJson: isJson(c),
        largest: async () =>
          largestBody(
            createRequestContext(
              services,
              requestFacts(c, config, () => {}),
            ),
            calledProcedures(c),
          ),
      })
      // Hono's server takes this as the body, so handlers read it as usual.
      Object.assign(incoming, { rawBody: body })
    } catch (error) {
      // The client disconnected during its request, so no one reads the response.
      if (incoming.destroyed && !incoming.complete)
        return refuse(c, new PrebookError('VALIDATION_ERROR', { cause: error }))
      if (!(error instanceof PrebookError)) throw error
      const busy = hasReason(error, 'STORE_BUSY')
      if (busy) logRefusal(c, error, undefined)
      const refusal = busy ? error : await countRefusal(clientAddress(c, config.TRUSTED_PROXIES), error)
      if (incoming.readableEnded) return refuse(c, refusal)
      // The rest of the body is still arriving on this connection, so no other request can follow.
      c.header('Connection', 'close')
      return closeAfter(refuse(c, refusal), incoming)
    }
    await next()
    const malformed = c.get('malformedBody')
    if (malformed === undefined) return
    const refusal = await countRefusal(clientAddress(c, config.TRUSTED_PROXIES), malformed)
    if (refusal !== malformed) c.res = refuse(c, refusal)
  })
}

/**
 * Compressed bodies are refused: see docs/decisions/0044-http-manners.md.
 *
 * @throws PrebookError `UNSUPPORTED_MEDIA_TYPE`
 */
function requireNoCoding(c: Context<HttpEnvironment>): void {
  const coding = c.req.header('content-encoding') ?? ''
  if (/^\s*(?:identity\s*)?$/i.test(coding)) return
  c.header('Accept-Encoding', 'identity')
  throw new PrebookError('UNSUPPORTED_MEDIA_TYPE', {
    message: 'Send the body as it is, not compressed, without a Content-Encoding header.',
  })
}
