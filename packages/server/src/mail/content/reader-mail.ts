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

/** Whose mail about a book it is. `manageGeneration` is null unless it is a guest's. */
export type ReaderFacts = { userId: number; manageGeneration: number | null }

/** The page of a guest, who cannot sign in. It works for a year from `since`, in milliseconds UTC. None for other readers. */
export function guestLinks(
  links: MailLinks,
  { userId, manageGeneration }: ReaderFacts,
  since: number,
): Link[] {
  if (manageGeneration === null) return []
  return [{ label: 'Your pre-bookings', url: links.managePage(userId, manageGeneration, since) }]
}
