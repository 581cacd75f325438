import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Shot } from './http-request.ts'

/** How many streams are opened at a time, so that opening does not overload the server. */
const AT_ONCE = 50

/** Many open event streams, each on a separate connection. */
export type EventStreams = Disposable & {
  /**
   * Waits until every stream has received a text since the call.
   *
   * @returns when the last one received it, on the clock of `performance.now()`
   * @throws Error if a stream does not receive it within a minute
   */
  untilAllReceive(text: string): Promise<number>
}

/** How long the last stream may take. */
const TIMEOUT_MS = 60_000

/** Opens one stream per request, and waits until each has received its first bytes. */
export async function openStreams(url: string, shots: Shot[]): Promise<EventStreams> {
  const sockets: Socket[] = []
  for (let start = 0; start < shots.length; start += AT_ONCE) {
    sockets.push(...(await Promise.all(shots.slice(start, start + AT_ONCE).map((shot) => open(url, shot)))))
  }
  return {
    async untilAllReceive(text) {
      const received = Promise.withResolvers<number>()
      let missing = sockets.length
      const listeners = sockets.map((socket) => {
        const listen = (chunk: Buffer) => {
          if (!chunk.includes(text)) return
          socket.off('data', listen)
          missing -= 1
          if (missing === 0) received.resolve(performance.now())
        }
        socket.on('data', listen)
        return listen
      })
      const timer = setTimeout(
        () => received.reject(new Error(`${missing} of ${sockets.length} streams did not receive ${text}.`)),
        TIMEOUT_MS,
      )
      try {
        return await received.promise
      } finally {
        clearTimeout(timer)
        sockets.forEach((socket, index) => socket.off('data', listeners[index] ?? (() => {})))
      }
    },
    [Symbol.dispose]: () => sockets.forEach((socket) => socket.destroy()),
  }
}

async function open(url: string, { bytes, name }: Shot): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  // The server closes the streams at the end of the bench.
  socket.on('error', () => {})
  socket.write(bytes)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  if (!chunk.toString('latin1', 0, 12).endsWith(' 200'))
    throw new Error(`${name} was answered with: ${chunk.toString()}`)
  socket.resume()
  return socket
}
