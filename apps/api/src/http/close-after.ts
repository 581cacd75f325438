import type { IncomingMessage } from 'node:http'

/** How long, in milliseconds, and how much of a refused body is read and dropped before its connection closes. */
const LINGER = { ms: 500, bytes: 262_144 }

/**
 * Sends a response, and ends it only once the client has stopped sending its body, or after {@link LINGER}. If the
 * connection closed at once, the client's system would discard the response because of the bytes that still arrive.
 */
export async function closeAfter(response: Response, incoming: IncomingMessage): Promise<Response> {
  const text = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  // Tells the client that it has the whole response.
  headers.set('Content-Length', String(text.length))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(text)
    },
    async pull(controller) {
      await dropRest(incoming)
      controller.close()
    },
  })
  return new Response(body, { status: response.status, headers })
}

function dropRest(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER.ms)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    let left = LINGER.bytes
    incoming.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) done()
    })
    incoming.once('end', done).once('error', done).once('close', done)
    incoming.resume()
    if (incoming.destroyed) done()
  })
}
