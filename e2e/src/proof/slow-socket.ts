import { once } from 'node:events'
import { connect } from 'node:net'
import { setInterval as every } from 'node:timers/promises'

/** The outcome of a connection: everything received until it was closed, and how long it was open. */
export type Ended = { received: string; openMs: number }

/** A raw TCP connection, for clients that misbehave. */
export type SlowSocket = AsyncDisposable & {
  open(): boolean
  /** Resolves when the server has closed the connection. */
  ended: Promise<Ended>
}

/**
 * Opens a connection and sends the pieces: the first immediately, each of the others after a pause, until it is closed.
 * Then it sends nothing more.
 */
export async function openSlowSocket(url: string, pieces: string[], pauseMs = 50): Promise<SlowSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  await once(socket, 'connect')
  const opened = performance.now()
  // A disconnect while sending raises an error. The connection closes anyway.
  socket.on('error', () => {})
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  socket.on('close', () => close())
  const [first, ...others] = pieces
  if (first !== undefined) socket.write(first)
  void drip(others)
  return {
    open: () => !socket.closed && !socket.readableEnded,
    ended: closed.then(() => ({ received, openMs: performance.now() - opened })),
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await closed
    },
  }

  async function drip(rest: string[]): Promise<void> {
    const ticks = every(pauseMs)[Symbol.asyncIterator]()
    for (const piece of rest) {
      await ticks.next()
      if (socket.destroyed || !socket.writable) break
      socket.write(piece)
    }
    await ticks.return?.()
  }
}
