import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real server on a free port of the loopback interface. */
export type TestServer = AsyncDisposable & {
  url: string
  /** The requests received so far, such as `GET /trpc/books.list`. */
  requests: string[]
}

/** Starts a server with the listener. Disposing it closes all open connections. */
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

/** Starts a server that handles each request with the next listener, and all later requests with the last one. */
export async function serveInSequence(
  ...listeners: [RequestListener, ...RequestListener[]]
): Promise<TestServer> {
  let next = 0
  return serve((request, response) => listeners[Math.min(next++, listeners.length - 1)]?.(request, response))
}

/** A URL on which no server listens. */
export async function unusedAddress(): Promise<string> {
  await using server = await serve(() => undefined)
  return server.url
}

/** Responds to every call of a batch with the data. */
export function answerWith(data: unknown): RequestListener {
  return (request, response) =>
    sendJson(
      response,
      200,
      callsOf(request).map(() => ({ result: { data } })),
    )
}

/** Refuses every call of a batch like a Prebook server. */
export function refuseWith(reason: string, details: object = {}): RequestListener {
  const data = { code: 'CONFLICT', httpStatus: 409, reason, field: null, issues: null, ...details }
  const error = { code: -32009, message: 'The message of the server.', data }
  return (request, response) =>
    sendJson(
      response,
      409,
      callsOf(request).map(() => ({ error })),
    )
}

/** Responds with a text and a status. */
export function respondWith(body: string, status = 200, contentType = 'text/html'): RequestListener {
  return (_request, response) => response.writeHead(status, { 'content-type': contentType }).end(body)
}

/** Closes the connection instead of responding. */
export const closeConnection: RequestListener = (request) => request.socket.destroy()

/** Accepts the request and never responds. */
export const neverAnswer: RequestListener = () => undefined

function callsOf(request: IncomingMessage): string[] {
  return String(request.url?.split('?')[0]?.split('/').at(-1)).split(',')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
