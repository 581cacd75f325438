import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Locale } from '@prebook/core'
import type { HttpEnvironment } from '../http/environment.ts'
import { page, type Html } from './page.ts'

/** The token of the link that was opened. */
export function tokenOf(c: Context<HttpEnvironment>): string {
  return c.req.query('token') ?? ''
}

/** A field of the posted form; empty text when it is missing or the body is no form. */
export async function formField(c: Context<HttpEnvironment>, name: string): Promise<string> {
  const form = await c.req.parseBody().catch(() => ({}))
  const value: unknown = Object.hasOwn(form, name) ? form[name as keyof typeof form] : undefined
  return typeof value === 'string' ? value : ''
}

/** The statuses of these pages. */
export type PageStatus = 200 | 403 | 404 | 409 | 410 | 422 | 429 | 503

/** Shows a page, which nothing may store. */
export function show(
  c: Context<HttpEnvironment>,
  status: PageStatus,
  title: string,
  body: Html,
  locale: Locale = 'en',
) {
  c.set('contentPolicy', 'page')
  return c.html(page(title, body, locale), status, { 'Cache-Control': 'no-store' })
}

export const shopLink = html`<p class="links"><a href="/">Go to the shop</a></p>`
