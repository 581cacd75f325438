import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Shot } from './http-request.ts'

/** How many streams are opened at once: all at once would be a flood of its own. */
const AT_ONCE = 50

/** Many open event streams, each a connection of its own. */
export type EventStreams = Disposable & {
  /**
   * Waits until a text has come on every stream since this was called.
   *
   * @returns when it came on the last one, as `performance.now()` tells it
   * @throws Error when it does not come everywhere in time, or a stream ends
   */
  untilAllHear(text: string): Promise<number>
}

/** How long the last stream may take to hear. */
const PATIENCE_MS = 60_000

/** Opens a stream for each request and waits until each has begun. */
export async function openStreams(url: string, shots: Shot[]): Promise<EventStreams> {
  const sockets: Socket[] = []
  for (let start = 0; start < shots.length; start += AT_ONCE) {
    sockets.push(...(await Promise.all(shots.slice(start, start + AT_ONCE).map((shot) => open(url, shot)))))
  }
  return {
    async untilAllHear(text) {
      const heard = Promise.withResolvers<number>()
      let missing = sockets.length
      const listeners = sockets.map((socket) => {
        const listen = (chunk: Buffer) => {
          if (!chunk.includes(text)) return
          socket.off('data', listen)
          missing -= 1
          if (missing === 0) heard.resolve(performance.now())
        }
        socket.on('data', listen)
        return listen
      })
      const timer = setTimeout(
        () => heard.reject(new Error(`${missing} of ${sockets.length} streams did not hear ${text}.`)),
        PATIENCE_MS,
      )
      try {
        return await heard.promise
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
  // The end of the bench ends them.
  socket.on('error', () => {})
  socket.write(bytes)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  if (!chunk.toString('latin1', 0, 12).endsWith(' 200'))
    throw new Error(`${name} was answered: ${chunk.toString()}`)
  socket.resume()
  return socket
}
