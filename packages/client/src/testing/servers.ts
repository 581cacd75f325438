import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real server on a free port of the loopback interface. */
export type TestServer = AsyncDisposable & {
  url: string
  /** The requests that came so far, such as `GET /trpc/books.list`. */
  requests: string[]
}

/** Serves with the listener; whatever is still open at the end is cut off. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${String(request.url).split('?')[0]}`)
    listener(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Serves one listener after the other, a request each; the last one again and again. */
export async function serveInTurn(
  ...listeners: [RequestListener, ...RequestListener[]]
): Promise<TestServer> {
  let turn = 0
  return serve((request, response) => listeners[Math.min(turn++, listeners.length - 1)]?.(request, response))
}

/** An address where nobody listens (any more). */
export async function abandonedAddress(): Promise<string> {
  await using server = await serve(() => undefined)
  return server.url
}

/** Answers every call of a batch with the data. */
export function answering(data: unknown): RequestListener {
  return (request, response) =>
    sendJson(
      response,
      200,
      callsOf(request).map(() => ({ result: { data } })),
    )
}

/** Refuses every call of a batch, as a Prebook server does. */
export function refusing(reason: string, more: object = {}): RequestListener {
  const data = { code: 'CONFLICT', httpStatus: 409, reason, field: null, issues: null, ...more }
  const error = { code: -32009, message: 'In the words of the server.', data }
  return (request, response) =>
    sendJson(
      response,
      409,
      callsOf(request).map(() => ({ error })),
    )
}

/** Answers with a text and a status. */
export function saying(body: string, status = 200, contentType = 'text/html'): RequestListener {
  return (_request, response) => response.writeHead(status, { 'content-type': contentType }).end(body)
}

/** Cuts the connection instead of answering. */
export const hangingUp: RequestListener = (request) => request.socket.destroy()

/** Takes the request and never answers. */
export const silent: RequestListener = () => undefined

function callsOf(request: IncomingMessage): string[] {
  return String(request.url?.split('?')[0]?.split('/').at(-1)).split(',')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
