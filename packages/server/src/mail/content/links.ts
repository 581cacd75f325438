import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a mail link does: cancel one prebook, or opt one account out of all mail. */
export type LinkPurpose = 'cancel' | 'unsubscribe'

/** Creates and verifies the links in mails. */
export type MailLinks = {
  bookPage: (bookId: number) => string
  cancelPage: (prebookId: number, notifiedAt: number) => string
  unsubscribePage: (userId: number, notifiedAt: number) => string
  /** The id of the prebook or account; null when the token is invalid for this purpose or has expired. */
  read: (purpose: LinkPurpose, token: string, now: number) => number | null
}

/** How long a link is valid after its broadcast: one year, in milliseconds. */
const LINK_TTL_MS = 365 * 86_400_000

/**
 * Creates links signed with the service's secret. They work without signing in. A token contains an id and an expiry only;
 * the signature also covers the purpose, so a token for one purpose is invalid for the other.
 */
export function createMailLinks(options: { publicUrl: string; secret: string }): MailLinks {
  const base = options.publicUrl.replace(/\/+$/, '')
  const sign = (purpose: LinkPurpose, id: string, expiry: string) =>
    createHmac('sha256', options.secret).update(`prebook mail link: ${purpose} ${id} ${expiry}`).digest()

  const page = (purpose: LinkPurpose, id: number, notifiedAt: number) => {
    const expiry = Math.floor((notifiedAt + LINK_TTL_MS) / 1_000)
    const signature = sign(purpose, String(id), String(expiry)).toString('base64url')
    return `${base}/mail/${purpose}?token=${id}.${expiry}.${signature}`
  }

  return {
    bookPage: (bookId) => `${base}/books/${bookId}`,
    cancelPage: (prebookId, notifiedAt) => page('cancel', prebookId, notifiedAt),
    unsubscribePage: (userId, notifiedAt) => page('unsubscribe', userId, notifiedAt),
    read(purpose, token, now) {
      const [, id, expiry, encoded] = /^([1-9]\d{0,15})\.([1-9]\d{0,11})\.([\w-]{43})$/.exec(token) ?? []
      if (id === undefined || expiry === undefined || encoded === undefined) return null
      const signature = Buffer.from(encoded, 'base64url')
      // Compared as text too: base64url has unused bits, so several texts decode to the same signature.
      if (signature.toString('base64url') !== encoded) return null
      if (!timingSafeEqual(signature, sign(purpose, id, expiry))) return null
      return Number(expiry) * 1_000 > now ? Number(id) : null
    },
  }
}
