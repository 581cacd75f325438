import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type FakeResponse = { status: number; body: unknown }

/** Faults between a command and the server. */
export type ProxyFaults = {
  /** Runs before a request is forwarded; `path` is the procedure, such as `stock.set`. */
  before?: (path: string) => Promise<void>
  /** A response in place of the server's; null forwards the request. */
  respond?: (path: string) => FakeResponse | null
  /** The same for other paths, such as `/readyz`. */
  respondToPage?: (path: string) => FakeResponse | null
  /** Whether to break the connection after the server has processed the request. */
  dropsResponse?: (path: string) => boolean
}

/** Starts a loopback proxy that forwards everything to the server except for the given faults. */
export async function startProxy(
  target: string,
  faults: ProxyFaults,
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const forward = async () => {
      const address = request.url ?? '/'
      const path = /^\/trpc\/([^?]*)/.exec(address)?.[1] ?? ''
      const body = await buffer(request)
      await faults.before?.(path)
      const replacement = (path === '' ? faults.respondToPage?.(address) : faults.respond?.(path)) ?? null
      if (replacement !== null) {
        response
          .writeHead(replacement.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(replacement.body))
        return
      }
      const { authorization = '', 'content-type': contentType = 'application/json' } = request.headers
      const answer = await fetch(target + address, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': contentType },
        body: request.method === 'POST' ? new Uint8Array(body) : null,
      })
      const text = await answer.text()
      if (faults.dropsResponse?.(path) === true) request.socket.destroy()
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
    }
    forward().catch((error: unknown) => response.writeHead(502).end(String(error)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
