/** A mail that was sent, as far as an application's test is concerned. */
export type FakeMail = {
  deliveryId: number
  /**
   * `restock`, `withdrawal`, `expected-date`, `verify`, `reset`, `invite`, `change-email`, `email-changed`, `confirm` or
   * `set-password`.
   */
  kind:
    | 'restock'
    | 'withdrawal'
    | 'expected-date'
    | 'verify'
    | 'reset'
    | 'invite'
    | 'change-email'
    | 'email-changed'
    | 'confirm'
    | 'set-password'
  to: string
  /** The token of the link, for `auth.verifyEmail`, `auth.resetPassword`, `auth.acceptInvitation` or `prebooks.confirm`; null if there is none. */
  token: string | null
  /** The pre-booking and the book that it is about; null for mail about an account. */
  prebookId: number | null
  bookId: number | null
  /** ISO 8601 in UTC. */
  sentAt: string
}
