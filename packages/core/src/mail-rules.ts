import type { DeliveryKind, DeliveryLane, SkipReason } from './schemas/deliveries.ts'

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
  return mail.kind === 'restock' && !mail.isVerified ? 'unverified' : null
}
