import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Answer = { status: number; body: unknown }

/** What may go wrong between a command and the server. */
export type Meddling = {
  /** Happens before a request is passed on; `path` is the procedure, such as `stock.set`. */
  before?: (path: string) => Promise<void>
  /** What is answered in the server's place, which never hears of it; null to pass the request on. */
  answers?: (path: string) => Answer | null
  /** The same for what is no procedure, by its path, such as `/readyz`. */
  answersPage?: (path: string) => Answer | null
  /** Whether the answer is lost: the server has done its work, but the connection breaks. */
  loses?: (path: string) => boolean
}

/** A proxy on the loopback interface that passes everything on to the server, except for what it meddles with. */
export async function startProxy(
  target: string,
  meddling: Meddling,
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const pass = async () => {
      const address = request.url ?? '/'
      const path = /^\/trpc\/([^?]*)/.exec(address)?.[1] ?? ''
      const body = await buffer(request)
      await meddling.before?.(path)
      const own = (path === '' ? meddling.answersPage?.(address) : meddling.answers?.(path)) ?? null
      if (own !== null) {
        response.writeHead(own.status, { 'content-type': 'application/json' }).end(JSON.stringify(own.body))
        return
      }
      const { authorization = '', 'content-type': contentType = 'application/json' } = request.headers
      const answer = await fetch(target + address, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': contentType },
        body: request.method === 'POST' ? new Uint8Array(body) : null,
      })
      const text = await answer.text()
      if (meddling.loses?.(path) === true) request.socket.destroy()
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
    }
    pass().catch((error: unknown) => response.writeHead(502).end(String(error)))
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
