import type { Link } from './frame.ts'
import type { MailLinks } from './links.ts'

/** Why a reader gets mail about a book. `prebookedAt` is in milliseconds UTC. */
export function whyPrebooked(prebookedAt: number): string {
  const day = new Date(prebookedAt).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  return `You are receiving this e-mail because you pre-booked this book on ${day}.`
}

/** The link that stops mail about books. It works for a year from `since`, in milliseconds UTC. */
export function unsubscribeLink(links: MailLinks, userId: number, since: number): Link {
  return { label: 'Unsubscribe from pre-booking e-mails', url: links.unsubscribePage(userId, since) }
}
