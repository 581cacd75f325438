import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerType } from '@hono/node-server'

/** Listens on a free port, prints the address to standard output for the parent process, and exits on SIGTERM. */
export function announce(server: Server | ServerType, end: () => void = () => {}): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`{"url":"http://127.0.0.1:${port}"}\n`)
  })
  process.on('SIGTERM', () => {
    server.close()
    end()
    process.exit(0)
  })
}
