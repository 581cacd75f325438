import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { createMailLinks, previewMail, type Services } from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { page } from './page.ts'

const LATEST = 50

/**
 * `/dev/mail`: what would have gone out if there were a mail server, for developers. Whoever can reach it reads
 * everybody's mail, so it exists only where `MAIL_PREVIEW` asks for it.
 *
 * @param options.publicUrl where the links lead; without it to wherever the page was opened
 */
export function previewPages(
  services: Services,
  options: { secret: string; publicUrl: string | undefined },
): Hono<HttpEnvironment> {
  const notKept = html`<h1>No such mail</h1>
    <p>It has gone out meanwhile, or there never was one.</p>
    <p class="ways"><a href="/dev/mail">Kept mails</a></p>`
  const pages = new Hono<HttpEnvironment>()
  const linksFrom = (c: Context<HttpEnvironment>) =>
    createMailLinks({
      publicUrl: options.publicUrl ?? new URL(c.req.url).origin,
      secret: options.secret,
    })

  pages.get('/dev/mail', async (c) => {
    const mails = await previewMail(services, linksFrom(c), { limit: LATEST, beforeId: null })
    const none = html`<p>
      None is kept. While there is no mail server, the messages appear here when a book that somebody waits
      for is restocked.
    </p>`
    const some = html`<p>
      There was no mail server, so these were kept and not sent: the latest ${LATEST}, newest first.
    </p>`
    const shown = mails.map(
      (mail) =>
        html`<article>
          <h2>${mail.subject}</h2>
          <p class="faint">
            To ${mail.to} · delivery ${mail.deliveryId} ·
            <a href="/dev/mail/${mail.deliveryId}">as HTML</a>
          </p>
          <pre>${mail.text}</pre>
        </article>`,
    )
    c.set('shows', 'page')
    return c.html(
      page(
        'Kept mails',
        html`<h1>Kept mails</h1>
          ${shown.length === 0 ? none : [some, ...shown]}`,
      ),
      200,
      { 'Cache-Control': 'no-store' },
    )
  })

  pages.get('/dev/mail/:id{[1-9][0-9]{0,14}}', async (c) => {
    const id = Number(c.req.param('id'))
    const [mail] = await previewMail(services, linksFrom(c), { limit: 1, beforeId: id + 1 })
    if (mail === undefined || mail.deliveryId !== id) {
      c.set('shows', 'page')
      return c.html(page('No such mail', notKept), 404, { 'Cache-Control': 'no-store' })
    }
    c.set('shows', 'mail')
    return c.html(mail.html, 200, { 'Cache-Control': 'no-store' })
  })
  return pages
}
