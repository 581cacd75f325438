import type { AccountLinkPurpose, DeliveryKind, DeliveryLane, SkipReason } from './schemas/deliveries.ts'

/** The kinds of mail that the shop sends about a pre-booked book. Opting out stops them. */
export const bookMailKinds = [
  'restock',
  'withdrawal',
  'expected-date',
] as const satisfies readonly DeliveryKind[]

/**
 * Whether the row of a mail is deleted when it is sent, skipped or given up. The mail that confirms a guest's pre-booking goes to
 * somebody of whom nothing is stored yet.
 */
export function leavesNoRow(kind: DeliveryKind): boolean {
  return kind === 'confirm'
}

function aboutBook(kind: DeliveryKind): boolean {
  return bookMailKinds.some((other) => other === kind)
}

/** What decides whether an account gets a mail. Without an account, all of it is as for a new one that is proven. */
export type MailFacts = {
  kind: DeliveryKind
  lane: DeliveryLane
  isActive: boolean
  optedOut: boolean
  addressRefused: boolean
  isVerified: boolean
}

/** The reasons to skip mail of any kind; null if it may be sent. */
export function mailSkipReason(mail: MailFacts): SkipReason | null {
  if (!mail.isActive) return 'deactivated'
  // Somebody asked for mail in the lane `now`, so opting out does not stop it.
  if (mail.lane === 'bulk' && mail.optedOut) return 'opted-out'
  if (mail.addressRefused) return 'address-refused'
  // Anybody can open an account with somebody else's address. Until it is proven, it only gets mail to prove it.
  return aboutBook(mail.kind) && !mail.isVerified ? 'unverified' : null
}

/** What the link of a mail does, by the kind of the mail. */
export const mailedLinkPurposes = {
  verify: 'verify',
  'change-email': 'verify',
  reset: 'reset',
  'set-password': 'reset',
  invite: 'invite',
} as const satisfies Partial<Record<DeliveryKind, AccountLinkPurpose>>
