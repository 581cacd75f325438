import type { AccountLinkPurpose } from '@prebook/core'
import { findAccountMailFacts, type AccountMailFacts } from '@prebook/db'
import { frame, type Message, type MessageParts } from './frame.ts'
import type { MailLinks } from './links.ts'
import { mailKind, type MailKind } from './mail-kind.ts'

/** What the payload of mail with an account link holds. */
export type AccountLinkPayload = { generation: number; expiresAt: number }

const HEADING = 'Your account'

/** Asks to confirm the address of an account. */
export const verifyMail = linkMail('verify', (url) => ({
  subject: 'Confirm your e-mail address',
  heading: HEADING,
  title: 'Confirm your e-mail address',
  paragraphs: [
    'An account was opened with this e-mail address. Confirm that the address is yours, and we can e-mail you when a book you pre-booked is back.',
    'The link works once and is valid for 7 days.',
    'If you did not open this account, follow the link as well: there you can say so and take the account over.',
  ],
  action: { label: 'Confirm address', url },
  why: 'You are receiving this e-mail because this address was entered for an account.',
}))

/** Lets the holder of an address choose a new password. */
export const resetMail = linkMail('reset', (url) => ({
  subject: 'Choose a new password',
  heading: HEADING,
  title: 'Choose a new password',
  paragraphs: [
    'Someone asked to reset the password of your account. Choose a new one, and every device that is signed in will be signed out.',
    'The link works once and is valid for 30 minutes. A newer request replaces it.',
    'If it was not you, ignore this e-mail: your password stays as it is.',
  ],
  action: { label: 'Choose a new password', url },
  why: 'You are receiving this e-mail because a password reset was requested for this address.',
}))

/** Lets a guest choose a password: the guest asked for it, or somebody tried to open an account with the address. */
export const setPasswordMail = linkMail('reset', (url) => ({
  subject: 'Set a password for your account',
  heading: HEADING,
  title: 'Set a password',
  paragraphs: [
    'There is an account for this e-mail address, because you pre-booked a book without a password. Set one, and you can sign in and see everything that you pre-booked.',
    'The link works once and is valid for 30 minutes.',
    'If it was not you, ignore this e-mail: nothing changes.',
  ],
  action: { label: 'Set a password', url },
  why: 'You are receiving this e-mail because this address was entered for an account.',
}))

/** Invites somebody to work with the shop. */
export const inviteMail = linkMail('invite', (url) => ({
  subject: 'You are invited to join the team',
  heading: 'Invitation',
  title: 'Join the team',
  paragraphs: [
    'An administrator of the bookstore invites you to work with its pre-bookings. Accept the invitation by choosing a password.',
    'The link works once and is valid for 7 days.',
    'If you do not expect an invitation, ignore this e-mail: nothing changes until you accept.',
  ],
  action: { label: 'Accept invitation', url },
  why: 'You are receiving this e-mail because an administrator entered this address.',
}))

/** Asks the holder of a new address to confirm it. It goes to that address. */
export const changeEmailMail = linkMail('verify', (url) => ({
  subject: 'Confirm your new e-mail address',
  heading: HEADING,
  title: 'Confirm your new e-mail address',
  paragraphs: [
    'You asked to use this e-mail address for your account. Until you confirm it, the account keeps its present address.',
    'The link works once and is valid for 7 days. A newer request replaces it.',
    'If it was not you, ignore this e-mail: nothing changes.',
  ],
  action: { label: 'Confirm new address', url },
  why: 'You are receiving this e-mail because this address was entered for an account.',
}))

/** Tells the old address of an account that it has a new one. */
export const emailChangedMail: MailKind = mailKind({
  find: findAccountMailFacts,
  skip: () => null,
  write: () =>
    frame({
      subject: 'The e-mail address of your account was changed',
      heading: HEADING,
      title: 'Your e-mail address was changed',
      paragraphs: [
        'Your account now uses another e-mail address, which was confirmed. We will no longer e-mail you at this one.',
        'If you did not change it, contact the bookstore at once: someone else can sign in to your account.',
      ],
      why: 'You are receiving this e-mail because this was the address of an account.',
    }),
})

/** Mail with a link that does something for an account. It is only sent while the link works. */
function linkMail(purpose: AccountLinkPurpose, parts: (url: string) => MessageParts): MailKind {
  return mailKind({
    find: findAccountMailFacts,
    skip(facts, { now }) {
      const link = readPayload(facts.payload)
      if (link === null || facts.linkGeneration !== link.generation || facts.linkExpiresAt === 0)
        return 'superseded'
      return link.expiresAt > now ? null : 'expired'
    },
    write: (facts, links) => writeLinkMessage(facts, links, purpose, parts),
  })
}

function writeLinkMessage(
  facts: AccountMailFacts,
  links: MailLinks,
  purpose: AccountLinkPurpose,
  parts: (url: string) => MessageParts,
): Message {
  const link = readPayload(facts.payload)
  if (link === null || facts.userId === null) throw new Error(`Delivery ${facts.id} has no link.`)
  return frame(parts(links.accountPage(purpose, facts.userId, link.generation, link.expiresAt)))
}

function readPayload(payload: string | null): AccountLinkPayload | null {
  const value: unknown = payload === null ? null : JSON.parse(payload)
  if (typeof value !== 'object' || value === null) return null
  const { generation, expiresAt } = value as Partial<AccountLinkPayload>
  return typeof generation === 'number' && typeof expiresAt === 'number' ? { generation, expiresAt } : null
}
