import { Hono, type Context } from 'hono'
import { PrebookError } from '@prebook/core'
import {
  cancelByLink,
  readCancelLink,
  unsubscribeByLink,
  type CancelLink,
  type MailLinks,
  type Services,
} from '@prebook/server'
import type { Environment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuseUnexpected } from '../http/refuse.ts'
import { html, page, style, type Html } from './page.ts'

/**
 * Where the links in mails lead. GET shows and changes nothing, since mail programs and virus scanners open links by
 * themselves; POST acts, by the button on the page or by a mail program's own (RFC 8058). The signed token is the
 * credential: no cookie is read, so there is nothing that another site could borrow.
 */
export function mailPages(services: Services, links: MailLinks): Hono<Environment> {
  const pages = new Hono<Environment>()

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
    if (!(error instanceof PrebookError) || error.reason !== 'STORE_BUSY') return refuseUnexpected(c, error)
    logRefusal(c, error, undefined)
    c.header('Retry-After', String(error.retryAfterSeconds ?? 1))
    return show(c, 503, 'One moment', busy)
  })
  return pages
}

function tokenOf(c: Context<Environment>): string {
  return c.req.query('token') ?? ''
}

function show(c: Context<Environment>, status: 200 | 403 | 404 | 503, title: string, body: Html) {
  c.set('shows', 'page')
  return c.html(page(title, body), status, { 'Cache-Control': 'no-store' })
}

function showUnknown(c: Context<Environment>) {
  return show(c, 404, 'This link does not work', unknown)
}

function showCancelState(c: Context<Environment>, link: CancelLink) {
  return link.state === 'deactivated'
    ? show(c, 403, 'This account is deactivated', deactivated)
    : show(c, 200, 'This pre-booking is cancelled', cancelled(link))
}

// A form without an action goes to the address it stands at, token and all.
const askToUnsubscribe = html`<h1>No more e-mail?</h1>
  <p>You will get no more e-mail about books that you pre-booked. Your pre-bookings stay as they are.</p>
  <form method="post"><button>Stop the e-mail</button></form>`

const unsubscribed = html`<h1>No more e-mail</h1>
  <p>You will get no more e-mail about books that you pre-booked.</p>
  <p class="faint">Your pre-bookings stay as they are. When you are signed in you can have e-mail again.</p>`

const askToCancel = (link: CancelLink) =>
  html`<h1>Cancel this pre-booking?</h1>
    ${book(link)}
    <p class="faint">Once cancelled it cannot be had back.</p>
    <form method="post"><button>Cancel the pre-booking</button></form>`

const cancelled = (link: CancelLink) =>
  html`<h1>This pre-booking is cancelled</h1>
    ${book(link)}
    <p class="faint">You get no e-mail about it.</p>`

const deactivated = html`<h1>This account is deactivated</h1>
  <p>Nothing can be changed in it, and it gets no e-mail.</p>`

const busy = html`<h1>One moment</h1>
  <p>Nothing was changed, since too much is going on right now. Open the link again in a minute.</p>`

const unknown = html`<h1>This link does not work</h1>
  <p>
    It is incomplete, or older than a year. Copy the whole link from the e-mail, or sign in and look at your
    pre-bookings there.
  </p>
  <p class="faint">Nothing was changed.</p>`

function book(link: CancelLink): Html {
  return html`<p><span class="book">${link.bookTitle}</span><br />by ${link.bookAuthor}</p>`
}
