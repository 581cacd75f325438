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
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuseUnexpected } from '../http/refuse.ts'
import { accountPages } from './account-pages.ts'
import { guestPages } from './guest-pages.ts'
import { style, type Html } from './page.ts'
import { shopLink, show, tokenOf } from './show-page.ts'

/**
 * The pages that links in mails open. GET shows a page and changes nothing, because mail programs and virus scanners
 * follow links automatically. POST acts: it comes from the button on the page or from a mail program (RFC 8058). The
 * signed token is the only credential. No cookie is read, so other sites have nothing to exploit.
 */
export function mailPages(services: Services, links: MailLinks, config: Config): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()

  pages.get('/mail/style.css', (c) =>
    c.body(style, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    }),
  )

  pages.get('/mail/unsubscribe', (c) => {
    const valid = links.read('unsubscribe', tokenOf(c), services.now()) !== null
    return valid ? show(c, 200, 'Unsubscribe', confirmUnsubscribe) : showInvalid(c)
  })
  pages.post('/mail/unsubscribe', async (c) => {
    const done = await unsubscribeByLink(services, links, tokenOf(c))
    return done ? show(c, 200, 'Unsubscribed', unsubscribed) : showInvalid(c)
  })

  pages.get('/mail/cancel', async (c) => {
    const link = await readCancelLink(services, links, tokenOf(c))
    if (link === null) return showInvalid(c)
    if (link.state === 'live') return show(c, 200, 'Cancel this pre-booking?', confirmCancel(link))
    return showCancelState(c, link)
  })
  pages.post('/mail/cancel', async (c) => {
    const link = await cancelByLink(services, links, tokenOf(c))
    if (link === null) return showInvalid(c)
    return showCancelState(c, link.state === 'live' ? { ...link, state: 'cancelled' } : link)
  })
  pages.route('/', accountPages(services))
  pages.route('/', guestPages(services, config))
  // Errors are shown as a page: the reader is a person with a mail, not a program.
  pages.onError((error, c) => {
    if (hasReason(error, 'AUTH_LINK_INVALID')) return show(c, 410, 'This link no longer works', usedLink)
    if (hasReason(error, 'AUTH_EMAIL_TAKEN')) return show(c, 409, 'This address is taken', addressTaken)
    if (!hasReason(error, 'STORE_BUSY')) return refuseUnexpected(c, error)
    logRefusal(c, error, undefined)
    c.header('Retry-After', String(error.retryAfterSeconds ?? 1))
    return show(c, 503, 'The shop is busy', busy)
  })
  return pages
}

function showInvalid(c: Context<HttpEnvironment>) {
  return show(c, 404, 'This link is not valid', invalidLink)
}

function showCancelState(c: Context<HttpEnvironment>, link: CancelLink) {
  return link.state === 'deactivated'
    ? show(c, 403, 'This account is deactivated', deactivated)
    : show(c, 200, 'Pre-booking cancelled', cancelled(link))
}

// A form without an action posts to its own address, token included.
const confirmUnsubscribe = html`<h1>Unsubscribe from e-mails?</h1>
  <p>
    You will no longer get an e-mail when a book you pre-booked is back in stock. Your pre-bookings stay
    active, and you can follow them in the shop.
  </p>
  <form method="post"><button>Unsubscribe</button> <a href="/">Keep e-mails on</a></form>`

const unsubscribed = html`<h1>You are unsubscribed</h1>
  <p>You will no longer get e-mails about books you pre-booked. Your pre-bookings stay active.</p>
  <p>
    To turn e-mails on again, go to <a href="/account">your account</a>. Without a password, use the link to
    your pre-bookings in one of our e-mails.
  </p>
  ${shopLink}`

const keepLink = html`<a href="/prebookings">Keep pre-booking</a>`

const confirmCancel = (link: CancelLink) =>
  html`<h1>Cancel this pre-booking?</h1>
    ${book(link)}
    <p>You cannot undo this. If the book sells out again, you can pre-book it again.</p>
    <form method="post"><button>Cancel pre-booking</button> ${keepLink}</form>`

const cancelled = (link: CancelLink) =>
  html`<h1>Pre-booking cancelled</h1>
    ${book(link)}
    <p>You will get no more e-mails about this pre-booking.</p>
    ${shopLink}`

const deactivated = html`<h1>This account is deactivated</h1>
  <p>
    You cannot make changes to it, and it gets no e-mails. If you think this is a mistake, contact the shop.
  </p>
  ${shopLink}`

const busy = html`<h1>The shop is busy</h1>
  <p>Nothing was changed. Open the link again in a minute.</p>
  ${shopLink}`

const usedLink = html`<h1>This link no longer works</h1>
  <p>
    It was used, has expired or was replaced by a newer one. Nothing was changed. You can
    <a href="/forgot-password">get a link to choose a new password</a>, or <a href="/sign-in">sign in</a> and
    get a new link in <a href="/account">your account</a>.
  </p>
  ${shopLink}`

const addressTaken = html`<h1>This address is taken</h1>
  <p>
    Another account has this e-mail address now, so yours keeps its present one. You can choose another
    address in
    <a href="/account">your account</a>.
  </p>
  ${shopLink}`

const invalidLink = html`<h1>This link is not valid</h1>
  <p>
    It is incomplete or more than a year old. Nothing was changed. Copy the complete link from the e-mail, or
    sign in and use <a href="/prebookings">your pre-bookings</a> or <a href="/account">your account</a>.
  </p>
  ${shopLink}`

function book(link: CancelLink): Html {
  return html`<p><span class="book">${link.bookTitle}</span><br />by ${link.bookAuthor}</p>`
}
