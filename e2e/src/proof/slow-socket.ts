import { once } from 'node:events'
import { connect } from 'node:net'
import { setInterval as every } from 'node:timers/promises'

/** What became of a connection: all that was received until it was closed, and how long it was open. */
export type Ended = { received: string; openMs: number }

/** A connection of the most basic kind, for clients that no library would make. */
export type SlowSocket = AsyncDisposable & {
  open(): boolean
  /** The other side has closed it. */
  ended: Promise<Ended>
}

/**
 * Opens a connection and sends the pieces, one at once and each of the others after a pause, for as long as it is open.
 * Then it is silent.
 */
export async function openSlowSocket(url: string, pieces: string[], pauseMs = 50): Promise<SlowSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  await once(socket, 'connect')
  const opened = performance.now()
  // Whoever is cut off while they send learns of it as an error; it is closed all the same.
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
    const turns = every(pauseMs)[Symbol.asyncIterator]()
    for (const piece of rest) {
      await turns.next()
      if (socket.destroyed || !socket.writable) break
      socket.write(piece)
    }
    await turns.return?.()
  }
}
