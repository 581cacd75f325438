import { fileURLToPath } from 'node:url'
import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import type { Config } from '../config.ts'
import { chooseCoding } from '../http/content-coding.ts'
import { isKnown } from '../http/entity-tag.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { shopLink, show } from '../mail/show-page.ts'
import { readBuild, type Build, type BuiltFile } from './read-build.ts'
import { wantsPage } from './wants-page.ts'

/** Where `pnpm web:build` writes the page. */
const defaultFolder = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** The script of `<prebook-button>`, `@prebook/button`. */
const BUTTON = '/button.js'
/** A new version reaches the product pages of shops within an hour. */
const BUTTON_CACHING = 'public, max-age=3600'

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

/** The web page: files, and views at addresses of which some also serve JSON. */
export type WebPage = {
  /** Serves the files, and the page to browsers at the address of a view. All other requests continue to the API. */
  routes: Hono<HttpEnvironment>
  /** Whether a path is the address of a view or of a file. */
  has(path: string): Promise<boolean>
  /** Tells a browser that there is nothing at an address. Null for other clients, and at addresses of the API. */
  notFound(c: Context<HttpEnvironment>): Promise<Response | null>
}

/** Opens the web page of the configuration. It has its own router, so the server sends the same page at every address. */
export function openWebPage(config: Config): WebPage {
  const folder = config.WEB_DIR ?? defaultFolder
  let reading: Promise<Build | null> | undefined
  const read = async () => {
    const build = await (reading ??= readBuild(folder))
    // Not cached: the page may be built while this process runs.
    if (build === null) reading = undefined
    return build
  }

  const routes = new Hono<HttpEnvironment>()
  routes.get('*', async (c, next) => {
    if (isOfApi(c.req.path)) return next()
    const build = await read()
    const file = build?.files.get(c.req.path)
    if (file !== undefined) {
      c.header('Vary', 'Accept-Encoding', { append: true })
      if (c.req.path === BUTTON) return sendButton(c, file)
      const hashed = c.req.path.startsWith('/assets/')
      return send(c, file, hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
    // The same address also serves JSON, so caches must keep the two apart. JSON may be compressed, too.
    c.header('Vary', 'Accept, Accept-Encoding', { append: true })
    const isRoot = c.req.path === '/'
    if (!wantsPageAt(c)) return isRoot ? c.redirect('/docs') : next()
    if (build === null) return isRoot ? c.html(notBuilt, 503, { 'Cache-Control': 'no-store' }) : next()
    if (build.hasView(c.req.path)) return send(c, build.index, 'no-cache')
    // Without the slash there may be something.
    return c.req.path.endsWith('/') ? next() : showNotFound(c, build)
  })

  return {
    routes,
    async has(path) {
      const build = await read()
      return path === '/' || (build?.files.has(path) ?? false) || (build?.hasView(path) ?? false)
    },
    async notFound(c) {
      if (!wantsPageAt(c) || isOfApi(c.req.path)) return null
      return showNotFound(c, await read())
    },
  }
}

/** Whether a path never serves the page, so that its responses do not vary by the type that a client accepts. */
function isOfApi(path: string): boolean {
  return /^\/(?:trpc|docs|availability)(?:\/|$)/.test(path)
}

function wantsPageAt(c: Context<HttpEnvironment>): boolean {
  return wantsPage(c.req.header('accept')) && !c.req.path.startsWith('/assets/')
}

/** Sends the page, which says so, or a small page without one. */
async function showNotFound(c: Context<HttpEnvironment>, build: Build | null): Promise<Response> {
  if (build === null) return show(c, 404, 'Page not found', notFoundText)
  c.set('contentPolicy', 'page')
  c.header('Cache-Control', 'no-store')
  return sendFile(c, build.index, 404)
}

const notFoundText = html`<h1>Page not found</h1>
  <p>Check the address. The page may also have moved.</p>
  ${shopLink}`

/** Sends the script that product pages of every origin load. With CORS, such a page can also check its hash. */
function sendButton(c: Context<HttpEnvironment>, file: BuiltFile): Response {
  c.header('Access-Control-Allow-Origin', '*')
  return send(c, file, BUTTON_CACHING, 'shared')
}

/** Sends a file, or 304 to a client that has it. */
function send(
  c: Context<HttpEnvironment>,
  file: BuiltFile,
  caching: string,
  policy: 'page' | 'shared' = 'page',
): Response {
  c.set('contentPolicy', policy)
  c.header('Cache-Control', caching)
  c.header('ETag', file.etag)
  return isKnown(c.req.header('if-none-match'), file.etag) ? c.body(null, 304) : sendFile(c, file, 200)
}

function sendFile(c: Context<HttpEnvironment>, file: BuiltFile, status: 200 | 404): Response {
  c.header('Content-Type', file.type)
  const available = file.encoded.map(({ encoding }) => encoding)
  const coding = chooseCoding(c.req.header('accept-encoding'), available)
  if (coding !== 'identity') c.header('Content-Encoding', coding)
  const { body } = file.encoded.find(({ encoding }) => encoding === coding) ?? file
  c.header('Content-Length', String(body.byteLength))
  return c.body(body, status)
}
