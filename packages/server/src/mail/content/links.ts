import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link in a mail may do, and to what: cancel one prebook, or stop all mail to one account. */
export type LinkPurpose = 'cancel' | 'unsubscribe'

/** Makes the links that stand in mails, and knows them again. */
export type MailLinks = {
  bookPage: (bookId: number) => string
  cancelPage: (prebookId: number, notifiedAt: number) => string
  unsubscribePage: (userId: number, notifiedAt: number) => string
  /** The prebook or the account that a token stands for; null when it is not one of ours for this purpose, or is too old. */
  read: (purpose: LinkPurpose, token: string, now: number) => number | null
}

/** How long a link works after the broadcast it is about, in milliseconds: a year. */
const LINK_LIFE_MS = 365 * 86_400_000

/**
 * Links signed with the service's secret: whoever has the mail has the right, without signing in. A token says nothing
 * but an id and an end; the signature covers the purpose, so that a token for one never does the other.
 */
export function createMailLinks(options: { publicUrl: string; secret: string }): MailLinks {
  const base = options.publicUrl.replace(/\/+$/, '')
  const sign = (purpose: LinkPurpose, id: string, end: string) =>
    createHmac('sha256', options.secret).update(`prebook mail link: ${purpose} ${id} ${end}`).digest()

  const page = (purpose: LinkPurpose, id: number, notifiedAt: number) => {
    const end = Math.floor((notifiedAt + LINK_LIFE_MS) / 1_000)
    const signature = sign(purpose, String(id), String(end)).toString('base64url')
    return `${base}/mail/${purpose}?token=${id}.${end}.${signature}`
  }

  return {
    bookPage: (bookId) => `${base}/books/${bookId}`,
    cancelPage: (prebookId, notifiedAt) => page('cancel', prebookId, notifiedAt),
    unsubscribePage: (userId, notifiedAt) => page('unsubscribe', userId, notifiedAt),
    read(purpose, token, now) {
      const [, id, end, given] = /^([1-9]\d{0,15})\.([1-9]\d{0,11})\.([\w-]{43})$/.exec(token) ?? []
      if (id === undefined || end === undefined || given === undefined) return null
      const signature = Buffer.from(given, 'base64url')
      // Compared as text too: base64url has spare bits, and only the one spelling that we wrote is ours.
      if (signature.toString('base64url') !== given) return null
      if (!timingSafeEqual(signature, sign(purpose, id, end))) return null
      return Number(end) * 1_000 > now ? Number(id) : null
    },
  }
}
