import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site on the loopback interface, on an origin of its own. */
export type Site = AsyncDisposable & {
  /** Its base URL, such as `http://127.0.0.1:49152`. */
  url: string
}

/** A file of a site. */
export type SiteFile = { type: 'text/html' | 'text/css'; body: string }

export type SiteOptions = {
  /** The files by path, such as `/`. */
  files: Record<string, SiteFile>
  /** The content security policy of every answer. */
  policy: string
  /** By default a free port. */
  port?: number
}

/**
 * Serves the files of a site.
 *
 * @throws Error if the port is in use
 */
export async function servePages({ files, policy, port = 0 }: SiteOptions): Promise<Site> {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? '/', 'http://localhost').pathname]
    if (file === undefined) {
      response.writeHead(404).end()
      return
    }
    response
      .writeHead(200, {
        'Content-Type': `${file.type}; charset=utf-8`,
        'Content-Security-Policy': policy,
        'Cache-Control': 'no-store',
      })
      .end(file.body)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
