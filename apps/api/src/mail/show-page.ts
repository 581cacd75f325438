import type { Context } from 'hono'
import { html } from 'hono/html'
import type { HttpEnvironment } from '../http/environment.ts'
import { page, type Html } from './page.ts'

/** The token of the link that was opened. */
export function tokenOf(c: Context<HttpEnvironment>): string {
  return c.req.query('token') ?? ''
}

/** Shows a page, which nothing may store. */
export function show(
  c: Context<HttpEnvironment>,
  status: 200 | 403 | 404 | 409 | 410 | 422 | 503,
  title: string,
  body: Html,
) {
  c.set('contentPolicy', 'page')
  return c.html(page(title, body), status, { 'Cache-Control': 'no-store' })
}

export const shopLink = html`<p class="links"><a href="/">Go to the shop</a></p>`
