import type { Context, Hono } from 'hono'
import { PrebookError } from '@prebook/core'
import type { WebPage } from '../web/web-page.ts'
import type { HttpEnvironment } from './environment.ts'
import { refuse } from './refuse.ts'

type App = Hono<HttpEnvironment>

/**
 * Answers a request that no route does: `OPTIONS`, another method of an address, an address with a slash at its end, or one
 * that does not exist. Looked up only here, so it costs other requests nothing.
 */
export function answerUnmatched(app: App, page: WebPage) {
  const methodsAt = async (path: string): Promise<string[]> => {
    const methods = METHODS.filter((method) => hasRoute(app, method, path))
    if (!methods.includes('GET') && (await page.has(path))) methods.unshift('GET')
    return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  }
  return async (c: Context<HttpEnvironment>): Promise<Response> => {
    c.header('Cache-Control', 'no-store')
    const methods = await methodsAt(c.req.path)
    if (methods.length > 0 && !methods.includes(c.req.method)) {
      c.header('Allow', [...methods, 'OPTIONS'].join(', '))
      return c.req.method === 'OPTIONS'
        ? c.body(null, 204)
        : refuse(c, new PrebookError('METHOD_NOT_ALLOWED'))
    }
    const { pathname, search } = new URL(c.req.url)
    // The address must begin with one slash: a browser takes //evil.example for another site.
    const shorter = /^(\/[^/].*?)\/+$/.exec(pathname)?.[1]
    if (shorter !== undefined && (await methodsAt(c.req.path.replace(/\/+$/, ''))).length > 0)
      return c.redirect(shorter + search, 308)
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    const shown = isRead ? await page.notFound(c) : null
    return shown ?? refuse(c, new PrebookError('ROUTE_NOT_FOUND'))
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Whether a path has a route for a method. Middleware and the web page match every path. A path of its own, such as
 * `/books/import`, has a last route for all methods, which hides those with an id.
 */
function hasRoute(app: App, method: string, path: string): boolean {
  const [matches] = app.router.match(method, path)
  const first = matches.find(([[, route]]) => route.path !== '/*')
  return first?.[0][1].method === method
}
