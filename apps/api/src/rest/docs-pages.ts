import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { ERRORS_PAGE } from '../http/refuse.ts'
import { errorsPage } from './errors-page.ts'
import { sendJson } from '../http/send-json.ts'
import { openApiDocument } from './openapi.ts'
import { version } from '../version.ts'

/** The files of swagger-ui-dist that the page needs. They are served from the installation, so the page works offline. */
const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Prebook: REST API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

const startScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
})
`

/** `/openapi.json`, `/docs` for interactive documentation, and `/docs/errors`. */
export function docsPages(config: Config): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  pages.get('/openapi.json', (c) => {
    const ownUrl = `http://${c.req.header('host') ?? 'localhost'}`
    return sendJson(c, openApiDocument(config.PUBLIC_URL ?? ownUrl, version), 200, {
      Vary: 'Accept-Encoding',
    })
  })
  pages.get('/docs', (c) => c.html(page))
  pages.get(ERRORS_PAGE, (c) => c.html(errorsPage))
  pages.get('/docs/start.js', (c) =>
    c.body(startScript, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  for (const [name, type] of Object.entries(assets)) {
    const file = new URL(import.meta.resolve(`swagger-ui-dist/${name}`))
    pages.get(`/docs/${name}`, async (c) => {
      const content = await readFile(file)
      return c.body(new Uint8Array(content), 200, {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=3600',
      })
    })
  }
  return pages
}
