import { sql } from 'kysely'

/** Whether a waitlist is open: neither a restock nor a withdrawal has closed it. The same words as the index of open ones. */
export const isOpenWaitlist = sql<boolean>`(waitlists.notified_at is null and waitlists.withdrawn_at is null)`

/** Whether a restock or a withdrawal has closed a waitlist. The same words as the index of those without mail. */
export const isClosedWaitlist = sql<boolean>`(waitlists.notified_at is not null or waitlists.withdrawn_at is not null)`
