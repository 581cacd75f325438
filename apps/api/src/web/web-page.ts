import { fileURLToPath } from 'node:url'
import { Hono, type Context } from 'hono'
import type { Config } from '../config.ts'
import { chooseCoding } from '../http/content-coding.ts'
import { isKnown } from '../http/entity-tag.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { readBuild, type BuiltFile } from './read-build.ts'
import { wantsPage } from './wants-page.ts'

/** Where `pnpm web:build` writes the page. */
const defaultFolder = fileURLToPath(new URL('../../../web/dist', import.meta.url))

const notBuilt = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Prebook</title>
  </head>
  <body>
    <h1>The web page is not built</h1>
    <p>The API is running. To serve the web page too, run <code>pnpm web:build</code> in the folder where you started this
      service, then reload.</p>
    <p><a href="/docs">REST API documentation</a></p>
  </body>
</html>
`

/**
 * Serves the files of the web page, and the page itself for every address that a browser opens: the page has its own
 * router. All other requests continue to the API.
 */
export function webPage(config: Config): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  const folder = config.WEB_DIR ?? defaultFolder
  let build: Promise<Map<string, BuiltFile> | null> | undefined
  const files = async () => {
    const found = await (build ??= readBuild(folder))
    // Not cached: the page may be built while this process runs.
    if (found === null) build = undefined
    return found
  }

  pages.get('*', async (c, next) => {
    // These paths never serve the page.
    if (/^\/(?:trpc|docs)(?:\/|$)/.test(c.req.path)) return next()
    const built = await files()
    const file = built?.get(c.req.path)
    if (file !== undefined && c.req.path !== '/index.html') {
      c.header('Vary', 'Accept-Encoding', { append: true })
      const hashed = c.req.path.startsWith('/assets/')
      return send(c, file, hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
    // The same address also serves JSON, so caches must keep the two apart. JSON may be compressed, too.
    c.header('Vary', 'Accept, Accept-Encoding', { append: true })
    if (!wantsPage(c.req.header('accept')) || c.req.path.startsWith('/assets/')) {
      return c.req.path === '/' ? c.redirect('/docs') : next()
    }
    const page = built?.get('/index.html')
    if (page !== undefined) return send(c, page, 'no-cache')
    return c.req.path === '/' ? c.html(notBuilt, 503, { 'Cache-Control': 'no-store' }) : next()
  })
  return pages
}

function send(c: Context<HttpEnvironment>, file: BuiltFile, caching: string): Response {
  c.set('contentPolicy', 'page')
  c.header('Cache-Control', caching)
  c.header('ETag', file.etag)
  if (isKnown(c.req.header('if-none-match'), file.etag)) return c.body(null, 304)

  c.header('Content-Type', file.type)
  const available = file.encoded.map(({ encoding }) => encoding)
  const coding = chooseCoding(c.req.header('accept-encoding'), available)
  if (coding !== 'identity') c.header('Content-Encoding', coding)
  const { body } = file.encoded.find(({ encoding }) => encoding === coding) ?? file
  c.header('Content-Length', String(body.byteLength))
  return c.body(body)
}
