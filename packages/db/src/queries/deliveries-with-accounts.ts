import type { DeliveryKind, DeliveryLane } from '@prebook/core'
import { sql } from 'kysely'
import type { DeliveryRow, Reader } from '../database.ts'
import { refusalCountSql, suppressedSql } from './suppressed-sql.ts'

/** What the decision whether to send any mail depends on. */
export type DeliveryFacts = {
  id: number
  kind: DeliveryKind
  lane: DeliveryLane
  state: DeliveryRow['state']
  leaseToken: string | null
  payload: string | null
  /** Set for mail about a prebook. */
  prebookId: number | null
  userId: number | null
  /** Where it goes; null when the account has no address any more. */
  email: string | null
  /** Null without an account. */
  userIsActive: 0 | 1 | null
  mailOptOut: 0 | 1 | null
  /** When the address of the account was proven; null until then. */
  verifiedAt: number | null
  /** How many mails the address refused since it last accepted one, and whether it gets no more. */
  refusals: number
  addressRefused: 0 | 1
}

/**
 * Deliveries by their ids with what {@link DeliveryFacts} need of their accounts, to be extended by a kind of mail.
 *
 * @param accountOf the account of mail that names none: the one with the `recipient`, if there is one
 */
export function deliveriesWithAccounts(
  reader: Reader,
  ids: number[],
  accountOf: 'user_id' | 'recipient' = 'user_id',
) {
  const email = sql<string | null>`coalesce(deliveries.recipient, users.email)`
  return reader
    .selectFrom('deliveries')
    .leftJoin('users', (join) =>
      accountOf === 'user_id'
        ? join.onRef('users.id', '=', 'deliveries.user_id')
        : join.onRef('users.email', '=', 'deliveries.recipient'),
    )
    .select([
      'deliveries.id',
      'deliveries.kind',
      'deliveries.lane',
      'deliveries.state',
      'deliveries.lease_token as leaseToken',
      'deliveries.payload',
      email.as('email'),
      'users.is_active as userIsActive',
      'users.mail_opt_out as mailOptOut',
      'users.verified_at as verifiedAt',
      refusalCountSql(email).as('refusals'),
      suppressedSql(email).as('addressRefused'),
    ])
    .where('deliveries.id', 'in', ids)
    .orderBy('deliveries.id')
}
