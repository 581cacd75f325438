import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { createMailLinks, previewMail, type Services } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { page } from './page.ts'

/** How many mails the list shows. */
const LIST_LIMIT = 50

/**
 * `/dev/mail`: shows developers the mails that are held while there is no mail server. Anyone who can reach it can read
 * everyone's mail, so it exists only when `MAIL_PREVIEW` is 1.
 *
 * @param options.publicUrl the base address of the links; by default the origin of the request
 */
export function previewPages(
  services: Services,
  options: { secret: string; publicUrl: string | undefined },
): Hono<HttpEnvironment> {
  const notFound = html`<h1>E-mail not found</h1>
    <p>It has been sent since, or it never existed.</p>
    <p class="links"><a href="/dev/mail">Held e-mails</a></p>`
  const pages = new Hono<HttpEnvironment>()
  const linksFrom = (c: Context<HttpEnvironment>) =>
    createMailLinks({
      publicUrl: options.publicUrl ?? new URL(c.req.url).origin,
      secret: options.secret,
    })

  pages.get('/dev/mail', async (c) => {
    const mails = await previewMail(services, linksFrom(c), { limit: LIST_LIMIT, beforeId: null })
    const empty = html`<p>
      No held e-mails. When a book with waiting readers is restocked, its e-mails appear here.
    </p>`
    const intro = html`<p>
      These e-mails are held because no mail server is configured. This page shows the latest ${LIST_LIMIT},
      newest first.
    </p>`
    const articles = mails.map(
      (mail) =>
        html`<article>
          <h2>${mail.subject}</h2>
          <p class="faint">
            To ${mail.to} · delivery ${mail.deliveryId} ·
            <a href="/dev/mail/${mail.deliveryId}">View as HTML</a>
          </p>
          <pre>${mail.text}</pre>
        </article>`,
    )
    c.set('contentPolicy', 'page')
    return c.html(
      page(
        'Held e-mails',
        html`<h1>Held e-mails</h1>
          ${articles.length === 0 ? empty : [intro, ...articles]}`,
      ),
      200,
      { 'Cache-Control': 'no-store' },
    )
  })

  pages.get('/dev/mail/:id{[1-9][0-9]{0,14}}', async (c) => {
    const id = Number(c.req.param('id'))
    const [mail] = await previewMail(services, linksFrom(c), { limit: 1, beforeId: id + 1 })
    if (mail === undefined || mail.deliveryId !== id) {
      c.set('contentPolicy', 'page')
      return c.html(page('E-mail not found', notFound), 404, { 'Cache-Control': 'no-store' })
    }
    c.set('contentPolicy', 'mail')
    return c.html(mail.html, 200, { 'Cache-Control': 'no-store' })
  })
  return pages
}
