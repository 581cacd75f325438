import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** An address on this machine that leads to one server at a time, like a virtual address or a proxy. */
export type Relay = AsyncDisposable & {
  /** The address of the server, with the host and port of the relay. */
  url: string
  /** Leads new connections to another server. Existing ones stay with theirs, as they do when a name changes. */
  leadTo(url: string): void
}

/**
 * Starts a relay that leads to a server.
 *
 * @param isLost whether a part of an answer of the server is lost, and the connection of the client with it
 */
export async function startRelay(
  url: string,
  isLost: (answer: Buffer) => boolean = () => false,
): Promise<Relay> {
  let target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) })
    far.on('data', (answer) => {
      if (isLost(answer)) near.destroy()
    })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = new URL(url)
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: own.href,
    leadTo: (other) => void (target = new URL(other)),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
