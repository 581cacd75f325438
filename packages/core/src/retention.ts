/**
 * How long rows are kept that the service needs for a limited time, in days. Sessions and counts of attempts have an expiry
 * of their own, and a shop sets how long it keeps e-mails.
 */
export const retention = {
  /**
   * Responses to stock changes with an idempotency key, from the change on. Clients repeat a request within minutes, and
   * people an import of the same file within weeks. Afterwards, the key counts as new.
   */
  stockRequests: 90,
  /**
   * Answers to REST requests with an `Idempotency-Key` header, other than stock changes. Clients repeat a request after a
   * lost response, which is within minutes.
   */
  keptAnswers: 1,
  /** The address or role in a mailed link, from its expiry on. An address that was never confirmed may be a stranger's. */
  expiredLinks: 30,
} as const
