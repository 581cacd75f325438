import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { hasReason } from '@prebook/core'
import {
  cancelByLink,
  readCancelLink,
  unsubscribeByLink,
  type CancelLink,
  type MailLinks,
  type Services,
} from '@prebook/server'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuseUnexpected } from '../http/refuse.ts'
import { page, style, type Html } from './page.ts'

/**
 * Where the links in mails lead. GET shows and changes nothing, since mail programs and virus scanners open links by
 * themselves; POST acts, by the button on the page or by a mail program's own (RFC 8058). The signed token is the
 * credential: no cookie is read, so there is nothing that another site could borrow.
 */
export function mailPages(services: Services, links: MailLinks): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()

  pages.get('/mail/style.css', (c) =>
    c.body(style, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    }),
  )

  pages.get('/mail/unsubscribe', (c) => {
    const known = links.read('unsubscribe', tokenOf(c), services.now()) !== null
    return known ? show(c, 200, 'No more e-mail?', askToUnsubscribe) : showUnknown(c)
  })
  pages.post('/mail/unsubscribe', async (c) => {
    const done = await unsubscribeByLink(services, links, tokenOf(c))
    return done ? show(c, 200, 'No more e-mail', unsubscribed) : showUnknown(c)
  })

  pages.get('/mail/cancel', async (c) => {
    const link = await readCancelLink(services, links, tokenOf(c))
    if (link === null) return showUnknown(c)
    if (link.state === 'live') return show(c, 200, 'Cancel this pre-booking?', askToCancel(link))
    return showCancelState(c, link)
  })
  pages.post('/mail/cancel', async (c) => {
    const link = await cancelByLink(services, links, tokenOf(c))
    if (link === null) return showUnknown(c)
    return showCancelState(c, link.state === 'live' ? { ...link, state: 'cancelled' } : link)
  })
  // Whoever reads this is a person with a mail, not a program.
  pages.onError((error, c) => {
    if (!hasReason(error, 'STORE_BUSY')) return refuseUnexpected(c, error)
    logRefusal(c, error, undefined)
    c.header('Retry-After', String(error.retryAfterSeconds ?? 1))
    return show(c, 503, 'One moment', busy)
  })
  return pages
}

function tokenOf(c: Context<HttpEnvironment>): string {
  return c.req.query('token') ?? ''
}

function show(c: Context<HttpEnvironment>, status: 200 | 403 | 404 | 503, title: string, body: Html) {
  c.set('shows', 'page')
  return c.html(page(title, body), status, { 'Cache-Control': 'no-store' })
}

function showUnknown(c: Context<HttpEnvironment>) {
  return show(c, 404, 'This link does not work', unknown)
}

function showCancelState(c: Context<HttpEnvironment>, link: CancelLink) {
  return link.state === 'deactivated'
    ? show(c, 403, 'This account is deactivated', deactivated)
    : show(c, 200, 'This pre-booking is cancelled', cancelled(link))
}

const toTheShop = html`<p class="ways"><a href="/">To the shop</a></p>`

// A form without an action goes to the address it stands at, token and all.
const askToUnsubscribe = html`<h1>No more e-mail?</h1>
  <p>
    We will no longer write to you when a book that you pre-booked is back. Your pre-bookings stay as they
    are, and the shop’s page still tells you.
  </p>
  <form method="post"><button>Stop the e-mail</button> <a href="/">Leave it is</a></form>`

const unsubscribed = html`<h1>No more e-mail</h1>
  <p>You will get no more e-mail about books that you pre-booked. Your pre-bookings stay as they are.</p>
  <p>Should you want e-mail again: <a href="/account">your account</a> has a switch for it.</p>
  ${toTheShop}`

const askToCancel = (link: CancelLink) =>
  html`<h1>Cancel this pre-booking?</h1>
    ${book(link)}
    <p>This cannot be undone. When the book is sold out, you can pre-book it anew.</p>
    <form method="post"><button>Cancel the pre-booking</button> <a href="/prebookings">Keep it</a></form>`

const cancelled = (link: CancelLink) =>
  html`<h1>This pre-booking is cancelled</h1>
    ${book(link)}
    <p>You get no more e-mail about it.</p>
    ${toTheShop}`

const deactivated = html`<h1>This account is deactivated</h1>
  <p>
    Nothing can be changed in it, and it gets no e-mail. Ask the shop if you think that this is a mistake.
  </p>
  ${toTheShop}`

const busy = html`<h1>One moment</h1>
  <p>Nothing was changed, since too much is going on right now. Open the link again in a minute.</p>
  ${toTheShop}`

const unknown = html`<h1>This link does not work</h1>
  <p>
    It is incomplete, or older than a year. Nothing was changed. Copy the whole link from the e-mail, or sign
    in: all that it does you can do among <a href="/prebookings">your pre-bookings</a> and in
    <a href="/account">your account</a>.
  </p>
  ${toTheShop}`

function book(link: CancelLink): Html {
  return html`<p><span class="book">${link.bookTitle}</span><br />by ${link.bookAuthor}</p>`
}
