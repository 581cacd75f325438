import type { AccountLinkPurpose } from './schemas/deliveries.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** How long a session lasts, in days: after its last use, and after its start even if it is in use. */
export const SESSION_DAYS = { sliding: 14, absolute: 90 } as const

/** How long links in mails about accounts work, in milliseconds. */
export const LINK_MS: Record<AccountLinkPurpose, number> = {
  verify: 7 * DAY_MS,
  reset: 30 * MINUTE_MS,
  invite: 7 * DAY_MS,
}

/** How long a guest can confirm a pre-booking by the mailed link, and how long its mail may wait to be sent, in milliseconds. */
export const WISH_MS = { confirm: 7 * DAY_MS, unsent: 60 * MINUTE_MS } as const

/** How long the link to a guest's page works, from the mail that it is in, in milliseconds. */
export const MANAGE_LINK_MS = 365 * DAY_MS
