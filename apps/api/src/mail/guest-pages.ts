import { Hono, type Context } from 'hono'
import { hasReason, Id, Locale } from '@prebook/core'
import {
  cancelAsGuest,
  confirmPrebook,
  eraseGuest,
  mailGuestPassword,
  readGuestPage,
  readWish,
  revokeGuestLinks,
  updateGuest,
  type Services,
} from '@prebook/server'
import type { Config } from '../config.ts'
import type { HttpEnvironment } from '../http/environment.ts'
import { logRefusal } from '../http/log-refusal.ts'
import { refuseUnexpected } from '../http/refuse.ts'
import { clientAddress } from '../http/request-facts.ts'
import { createGuestFormat } from './guest-format.ts'
import { preferredLocale } from './guest-language.ts'
import { guestTexts } from './guest-texts/index.ts'
import {
  confirmedView,
  eraseView,
  manageView,
  messageView,
  wishView,
  type GuestView,
  type Language,
  type Outcome,
} from './guest-views.ts'
import { formField, show, tokenOf, type PageStatus } from './show-page.ts'

/**
 * The pages of guests: where they confirm a pre-booking, and where they change what they pre-booked. GET changes nothing.
 * POST acts only with the field of a button, so that programs that post to links change nothing either.
 */
export function guestPages(services: Services, config: Config): Hono<HttpEnvironment> {
  const pages = new Hono<HttpEnvironment>()
  const inLanguage = (locale: Locale): Language => {
    const texts = guestTexts[locale]
    return { locale, texts, format: createGuestFormat(locale, texts, services.timeZone) }
  }

  const showConfirmed = async (c: Context<HttpEnvironment>, locale: Locale) => {
    const language = inLanguage(locale)
    const prebook = await confirmPrebook({ services }, { token: tokenOf(c) })
    return showView(c, 200, language, confirmedView(language, prebook))
  }
  const showWish = async (c: Context<HttpEnvironment>) => {
    const wish = await readWish(services, tokenOf(c))
    // Changes nothing: it was confirmed before.
    if (wish.state === 'used') return showConfirmed(c, wish.locale)
    const language = inLanguage(wish.locale)
    return showView(c, wish.state === 'open' ? 200 : 409, language, wishView(language, wish))
  }
  pages.get('/mail/confirm', showWish)
  pages.post('/mail/confirm', async (c) => {
    if ((await formField(c, 'answer')) !== 'confirm') return showWish(c)
    try {
      const { locale } = await readWish(services, tokenOf(c))
      return await showConfirmed(c, locale)
    } catch (error) {
      if (hasReason(error, 'PREBOOK_BOOK_IN_STOCK') || hasReason(error, 'PREBOOK_BOOK_WITHDRAWN'))
        return showWish(c)
      throw error
    }
  })

  const showPage = async (c: Context<HttpEnvironment>, outcome: Outcome | null, status: PageStatus = 200) => {
    const token = tokenOf(c)
    const before = Id.safeParse(Number(c.req.query('before')))
    const beforeId = before.success ? before.data : null
    const page = await readGuestPage(services, { token, beforeId })
    const language = inLanguage(page.locale)
    const view = manageView(language, page, { token, isFirst: beforeId === null, outcome })
    return showView(c, status, language, view)
  }
  /** Asks to erase everything, and the last pages of a guest, who cannot come back to theirs. */
  const showLast = async (c: Context<HttpEnvironment>, action: 'erase' | 'erase-all' | 'revoke') => {
    const token = tokenOf(c)
    const { email, locale } = await readGuestPage(services, { token, beforeId: null })
    const language = inLanguage(locale)
    if (action === 'erase') return showView(c, 200, language, eraseView(language, email, token))
    await (action === 'revoke' ? revokeGuestLinks : eraseGuest)(services, token)
    const text = language.texts[action === 'revoke' ? 'revoked' : 'erased']
    return showView(c, 200, language, messageView(language, text))
  }
  pages.get('/mail/manage', (c) => showPage(c, null))
  pages.post('/mail/manage', async (c) => {
    const token = tokenOf(c)
    const action = await formField(c, 'action')
    switch (action) {
      case 'cancel':
        return (await cancel(services, token, await formField(c, 'prebook')))
          ? showPage(c, { done: 'cancelled' })
          : showPage(c, { problem: 'invalid' }, 422)
      case 'language': {
        const locale = Locale.safeParse(await formField(c, 'locale'))
        if (!locale.success) return showPage(c, { problem: 'invalid' }, 422)
        await updateGuest(services, token, { locale: locale.data })
        return showPage(c, { done: 'language' })
      }
      case 'mails-on':
      case 'mails-off':
        await updateGuest(services, token, { mailOptOut: action === 'mails-off' })
        return showPage(c, { done: action === 'mails-off' ? 'mailsOff' : 'mailsOn' })
      case 'password': {
        const address = clientAddress(c, config.TRUSTED_PROXIES)
        const problem = await mailPassword(services, token, address)
        if (problem === null) return showPage(c, { done: 'password' })
        return showPage(c, { problem }, problem === 'tooMany' ? 429 : 503)
      }
      case 'erase':
      case 'erase-all':
      case 'revoke':
        return showLast(c, action)
      default:
        return showPage(c, action === '' ? null : { problem: 'invalid' }, action === '' ? 200 : 422)
    }
  })

  pages.onError((error, c) => {
    const wish = services.mail.links.readWish(tokenOf(c), services.now())
    const language = inLanguage(wish?.locale ?? preferredLocale(c.req.header('accept-language')))
    const { texts } = language
    if (hasReason(error, 'AUTH_LINK_INVALID')) {
      const { title, confirm, manage, signIn } = texts.linkInvalid
      const view = c.req.path.endsWith('/confirm')
        ? messageView(language, { title, text: confirm })
        : messageView(language, { title, text: manage }, { href: '/sign-in', label: signIn })
      return showView(c, 410, language, view)
    }
    if (hasReason(error, 'AUTH_ACCOUNT_DEACTIVATED'))
      return showView(c, 403, language, messageView(language, texts.deactivated))
    if (hasReason(error, 'RATE_LIMITED')) {
      c.header('Retry-After', String(error.retryAfterSeconds ?? 1))
      return showView(c, 429, language, messageView(language, texts.tooMany))
    }
    if (!hasReason(error, 'STORE_BUSY')) return refuseUnexpected(c, error)
    logRefusal(c, error, undefined)
    c.header('Retry-After', String(error.retryAfterSeconds ?? 1))
    return showView(c, 503, language, messageView(language, texts.busy))
  })
  return pages
}

function showView(
  c: Context<HttpEnvironment>,
  status: PageStatus,
  { locale }: Language,
  { title, body }: GuestView,
) {
  return show(c, status, title, body, locale)
}

/** Cancels the prebook that the form names. One that is cancelled stays so. Returns false if the guest has none like it. */
async function cancel(services: Services, token: string, prebook: string): Promise<boolean> {
  const id = Id.safeParse(Number(prebook))
  if (!id.success) return false
  try {
    await cancelAsGuest(services, token, id.data)
  } catch (error) {
    if (hasReason(error, 'PREBOOK_NOT_FOUND')) return false
    if (!hasReason(error, 'PREBOOK_ALREADY_CANCELLED')) throw error
  }
  return true
}

/** Mails the link to set a password. Returns why it is not mailed, or null. */
async function mailPassword(
  services: Services,
  token: string,
  address: string,
): Promise<'tooMany' | 'noMail' | null> {
  try {
    await mailGuestPassword({ services, request: { address } }, token)
    return null
  } catch (error) {
    if (hasReason(error, 'RATE_LIMITED')) return 'tooMany'
    if (hasReason(error, 'MAIL_NOT_CONFIGURED')) return 'noMail'
    throw error
  }
}
