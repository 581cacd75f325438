import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What goes wrong with one request between a client and the server. */
export type Fault = keyof typeof faults

type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  /** Sends the request to the server, and reads its answer. */
  forward: () => Promise<{ status: number; text: string }>
}

const faults = {
  'the connection breaks before the server gets the request': async ({ request }: Exchange) => {
    request.socket.destroy()
  },
  'the connection breaks before the answer': async ({ request, forward }: Exchange) => {
    await forward()
    request.socket.destroy()
  },
  'the connection breaks within the answer': async ({ request, response, forward }: Exchange) => {
    const { status, text } = await forward()
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(text)) })
    response.write(text.slice(0, 10), () => request.socket.destroy())
  },
  'a proxy gives up on the answer': async ({ response, forward }: Exchange) => {
    await forward()
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
  },
  'a proxy does not reach the server': async ({ response }: Exchange) => {
    response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '0' }).end('<h1>Unavailable</h1>')
  },
  'the answer is the page of another server': async ({ response, forward }: Exchange) => {
    await forward()
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in to this network</h1>')
  },
  'the answer does not arrive': async ({ forward }: Exchange) => {
    await forward()
  },
} satisfies Record<string, (exchange: Exchange) => Promise<void>>

/** Every fault. */
export const allFaults = Object.keys(faults) as Fault[]

/** A proxy on the loopback interface. */
export type FaultyProxy = AsyncDisposable & {
  url: string
  /** How many requests it got. */
  requests(): number
  /** Waits until the server has answered everything that was forwarded. */
  settled(): Promise<void>
}

/** Starts a proxy that applies a fault, or null for none, to each of the first requests, and forwards all later ones. */
export async function startFaultyProxy(
  target: string,
  first: readonly (Fault | null)[],
): Promise<FaultyProxy> {
  const forwarded = new Set<Promise<unknown>>()
  let requests = 0
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = first[requests++] ?? null
    const body = await buffer(request)
    const { authorization = '', 'content-type': contentType = 'application/json' } = request.headers
    const forward = async () => {
      const answer = fetch(target + request.url, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': contentType },
        body: request.method === 'POST' ? new Uint8Array(body) : null,
      }).then(async (it) => ({ status: it.status, text: await it.text() }))
      forwarded.add(answer)
      return answer
    }
    if (fault !== null) return faults[fault]({ request, response, forward })
    const { status, text } = await forward()
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    settled: async () => void (await Promise.all(forwarded)),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
