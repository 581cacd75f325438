import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { isRefusal, type Answer } from './answers.ts'
import { withNetworkErrors, type Exchange } from './exchange.ts'
import { explainError, isObject, markTransportFailure, type PrebookFailure } from './failures.ts'
import { runQuietly } from './hooks.ts'
import { readEvents } from './read-events.ts'
import type { PrebookRouter } from './router.ts'
import { abortedError, sleep, timeoutError, within } from './time-limit.ts'

/** The delay before the first reconnect and the maximum. It doubles with each attempt. */
const DELAY_MS = { first: 500, max: 15_000 }
/** A connection that lasted this long was stable: the delay starts over. */
const STABLE_MS = 5_000
/** A server or proxy that asks for a longer delay is asked again after this one, in seconds. */
const MAX_RETRY_AFTER_SECONDS = 300
/** A connection without data for this long is lost, unless the server sets another limit. It sends a ping every 15 s. */
const SILENCE_MS = 45_000

/** The key in the context of a subscription for a function that delays the next event. See {@link StreamPace}. */
export const PACE = 'prebookPace'

/** Resolves when the subscriber can take the next event. Until then the connection is not read. */
export type StreamPace = () => Promise<void> | undefined

type ClientError = TRPCClientError<PrebookRouter>

type StreamEvent =
  | { type: 'connected' | 'return' }
  | { type: 'message'; id: string | undefined; data: unknown }
  | { type: 'serialized-error'; error: Extract<Answer, { error: unknown }>['error'] }

/**
 * Sends subscriptions, each over its own connection with server-sent events in tRPC's format. Unlike tRPC's link it sends a
 * token, works in every runtime, limits the time of each attempt, and reconnects if a proxy answers for the server. Every end of
 * a subscription is preceded by the connection state `idle`. See docs/decisions/0046-streams-end-only-for-a-reason.md.
 */
export function subscriptionLink(options: {
  endpoint: string
  exchange: Exchange
  timeoutMs: number
}): TRPCLink<PrebookRouter> {
  const { endpoint, exchange, timeoutMs } = options
  return () =>
    ({ op }) =>
      observable((observer) => {
        const ending = new AbortController()
        const pace = op.context[PACE] as StreamPace | undefined
        const showIdle = () => observer.next({ result: { type: 'state', state: 'idle', error: null } })
        const showConnecting = (error: ClientError | null) =>
          observer.next({ result: { type: 'state', state: 'connecting', error } })
        const fail = (error: Error) => {
          void runQuietly('onConnectionStateChange', showIdle)
          observer.error(TRPCClientError.from(error))
        }
        const onAbort = () => fail(abortedError())
        if (op.signal?.aborted) return onAbort()
        op.signal?.addEventListener('abort', onAbort, { once: true })

        let lastEventId = ''
        let wasConnected = false
        let connectedAt = Infinity

        /** Passes events on for as long as one connection lasts. Returns when the server has completed the subscription. */
        async function listen(): Promise<void> {
          const connection = {
            exchange,
            url: urlOf(endpoint, op),
            path: op.path,
            lastEventId,
            timeoutMs,
            wasConnected,
          }
          for await (const event of connect({ ...connection, signal: ending.signal })) {
            switch (event.type) {
              case 'connected':
                exchange.confirm()
                wasConnected = true
                connectedAt = Date.now()
                observer.next({ result: { type: 'started' } })
                observer.next({ result: { type: 'state', state: 'pending', error: null } })
                break
              case 'message':
                lastEventId = event.id ?? lastEventId
                observer.next({
                  result: { type: 'data', id: lastEventId, data: { id: lastEventId, data: event.data } },
                })
                await pace?.()
                break
              case 'serialized-error':
                throw TRPCClientError.from(event)
              case 'return':
                return
            }
          }
        }

        async function keepConnected(): Promise<void> {
          let delayMs = DELAY_MS.first
          for (;;) {
            connectedAt = Infinity
            const failure = await listen().then(() => null, asClientError)
            if (ending.signal.aborted) return
            if (failure === null) {
              observer.next({ result: { type: 'stopped' } })
              showIdle()
              return observer.complete()
            }
            const explained = explainError(failure)
            if (!isTransient(explained)) return fail(failure)
            showConnecting(failure)
            if (Date.now() - connectedAt >= STABLE_MS) delayMs = DELAY_MS.first
            const retryAfterMs = Math.min(explained.retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS) * 1000
            await sleep(retryAfterMs + delayMs * (0.5 + Math.random() / 2), ending.signal)
            delayMs = Math.min(delayMs * 2, DELAY_MS.max)
          }
        }

        showConnecting(null)
        // What a callback of the application throws ends the stream, and is not caught after the end.
        void keepConnected().catch((error: unknown) => {
          if (ending.signal.aborted) throw error
          fail(asClientError(error))
        })
        return () => {
          op.signal?.removeEventListener('abort', onAbort)
          ending.abort()
          // Without effect after an end that was reported already.
          showIdle()
          observer.complete()
        }
      })
}

/** Connects once, and yields events until the connection ends or the signal aborts. Then it throws the reason. */
async function* connect(connection: {
  exchange: Exchange
  url: string
  path: string
  lastEventId: string
  timeoutMs: number
  wasConnected: boolean
  signal: AbortSignal
}): AsyncGenerator<StreamEvent, void> {
  const { exchange, url, path, lastEventId, timeoutMs, wasConnected, signal } = connection
  const { origin } = new URL(url)
  const attempt = new AbortController()
  const deadline = Date.now() + timeoutMs
  let silenceMs: number | null = null
  const limited = <T>(promise: Promise<T>) =>
    silenceMs === null
      ? within(promise, { ms: deadline - Date.now(), signal, error: () => timeoutError(timeoutMs) })
      : within(promise, { ms: silenceMs, signal, error: () => silent(origin) })

  try {
    const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) }
    const sent = limited(exchange.send(url, { headers, signal: attempt.signal }))
    const { response, token } = await (wasConnected ? sent.catch(notSent) : sent)
    const { body } = response
    if (!body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const text = await limited(withNetworkErrors(url, () => response.text()))
      const [answer] = exchange.read(url, response, text)
      if (answer && 'error' in answer) {
        await exchange.session.observe(path, answer, token)
        throw TRPCClientError.from(answer)
      }
      throw notAStream(origin)
    }
    const chunks = chunksOf(body, (read) => limited(withNetworkErrors(url, read)))
    for await (const { type, data, id } of readEvents(chunks)) {
      if (type === 'connected') {
        const options = parse(url, data)
        const limit = isObject(options) ? options['reconnectAfterInactivityMs'] : null
        silenceMs = typeof limit === 'number' ? limit : SILENCE_MS
        yield { type }
      } else if (type === 'message' && data !== '') {
        yield { type, id, data: parse(url, data) }
      } else if (type === 'serialized-error') {
        const answer = { error: parse(url, data) }
        if (!isRefusal(answer)) throw unreadable(url)
        await exchange.session.observe(path, answer, token)
        yield { type, ...answer }
      } else if (type === 'return') {
        yield { type }
      }
    }
    throw markTransportFailure('unreachable', new TypeError(`${origin} closed the connection.`))
  } finally {
    attempt.abort()
  }
}

/** The chunks of a body. The connection is closed if the consumer stops early. */
async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  limited: <T>(read: () => Promise<T>) => Promise<T>,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await limited(() => reader.read())
      if (done) return
      yield value
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}

function urlOf(endpoint: string, { path, input }: { path: string; input: unknown }): string {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
  return `${endpoint}/${path}${query}`
}

function parse(url: string, data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (error) {
    throw unreadable(url, error)
  }
}

/** Whether a new attempt can succeed. */
function isTransient(failure: PrebookFailure): boolean {
  return 'reason' in failure
    ? failure.retryAfterSeconds !== null || /^(STORE_BUSY|INTERNAL_ERROR)$/.test(failure.reason)
    : /^(unreachable|timeout)$/.test(failure.kind)
}

/**
 * The error when a connected stream cannot ask again, because the application's token or headers cannot be read. Often the
 * network is away then, and the next attempt succeeds.
 */
function notSent(error: unknown): never {
  if (explainError(error).kind !== 'unknown') throw error
  throw markTransportFailure('unreachable', asClientError(error))
}

function unreadable(url: string, cause?: unknown): Error {
  const { origin } = new URL(url)
  return markTransportFailure('unreachable', new TypeError(`${origin} sent an unreadable event.`, { cause }))
}

function silent(origin: string): Error {
  return markTransportFailure('unreachable', new TypeError(`${origin} has stopped sending.`))
}

function notAStream(origin: string): Error {
  const error = new Error(`${origin} is not a Prebook server: it did not return an event stream.`)
  return markTransportFailure('not-prebook', error)
}

function asClientError(error: unknown): ClientError {
  return TRPCClientError.from(error instanceof Error ? error : new Error(String(error)))
}
