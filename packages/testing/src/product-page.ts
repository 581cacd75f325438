import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { servePages, type Site } from './serve-pages.ts'

/** The address of the service in the files of the example. */
const USUAL_API = 'http://127.0.0.1:8787'

const folder = new URL('../../../examples/product-page/', import.meta.url)

/**
 * Serves `examples/product-page`, the product page of another shop, with the buttons of a service.
 *
 * @param port by default a free one
 * @throws Error if the port is in use
 */
export async function serveProductPage(api: string, port?: number): Promise<Site> {
  const read = (name: string) => readFile(fileURLToPath(new URL(name, folder)), 'utf8')
  const page = (await read('index.html')).replaceAll(USUAL_API, api)
  return servePages({
    files: {
      '/': { type: 'text/html', body: page },
      '/style.css': { type: 'text/css', body: await read('style.css') },
    },
    policy: `default-src 'none'; style-src 'self'; script-src ${api}; connect-src ${api}`,
    ...(port === undefined ? {} : { port }),
  })
}
