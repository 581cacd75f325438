/** The most that the body of a request may have. */
export type BodyLimit = {
  bytes: number
  /** Keys of objects, or items of lists. Parsing and validating them takes far longer than receiving them. */
  members: number
}

/**
 * The limit without a session, and of readers: several times what a batch of their longest calls needs. A body within it
 * is read before the session is looked up.
 */
export const SMALL_BODY: BodyLimit = { bytes: 16_384, members: 200 }

/** The limit of staff and admins, unless a procedure has its own. */
export const STAFF_BODY: BodyLimit = { bytes: 65_536, members: 1_000 }
