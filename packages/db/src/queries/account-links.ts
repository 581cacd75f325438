import { sql } from 'kysely'
import type { AccountLinkPurpose, Role } from '@prebook/core'
import type { AccountLinkRow, Reader, Tx } from '../database.ts'
import { CLEAR_BATCH_ROWS } from './clear-in-batches.ts'

type NewAccountLink = {
  userId: number
  purpose: AccountLinkPurpose
  expiresAt: number
  email?: string
  role?: Role
}

/**
 * Opens the link of an account for a purpose. Earlier links for the purpose stop working.
 *
 * @param link `expiresAt` in milliseconds UTC; `email` for a change of address, `role` for an invitation
 * @returns the generation of the link, which its token contains
 */
export async function openAccountLink(tx: Tx, link: NewAccountLink): Promise<number> {
  const fields = { expires_at: link.expiresAt, email: link.email ?? null, role: link.role ?? null }
  const { generation } = await tx
    .insertInto('account_links')
    .values({ user_id: link.userId, purpose: link.purpose, generation: 1, ...fields })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'purpose'])
        .doUpdateSet((eb) => ({ generation: eb('account_links.generation', '+', 1), ...fields })),
    )
    .returning('generation')
    .executeTakeFirstOrThrow()
  return generation
}

/** The links of an account that were not used, by purpose, after a purpose. They may have expired. */
export async function listAccountLinks(
  reader: Reader,
  page: { userId: number; after: string; limit: number },
): Promise<AccountLinkRow[]> {
  return reader
    .selectFrom('account_links')
    .selectAll()
    .where('user_id', '=', page.userId)
    .where(sql<string>`purpose`, '>', page.after)
    .where('expires_at', '>', 0)
    .orderBy('purpose')
    .limit(page.limit)
    .execute()
}

/** The current link of an account for a purpose; undefined when there is none or it was used. It may have expired. */
export async function findAccountLink(
  reader: Reader,
  userId: number,
  purpose: AccountLinkPurpose,
): Promise<AccountLinkRow | undefined> {
  return reader
    .selectFrom('account_links')
    .selectAll()
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', 0)
    .executeTakeFirst()
}

/**
 * Closes a link, so that it works once: of concurrent calls for one link, one returns true. The row keeps the generation,
 * so that no later link has the number of this one.
 *
 * @returns whether it was still the current link
 */
export async function closeAccountLink(
  tx: Tx,
  link: { userId: number; purpose: AccountLinkPurpose; generation: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('account_links')
    .set({ expires_at: 0, email: null, role: null })
    .where('user_id', '=', link.userId)
    .where('purpose', '=', link.purpose)
    .where('generation', '=', link.generation)
    .where('expires_at', '>', 0)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Closes every link of an account for some purposes. */
export async function closeAccountLinks(
  tx: Tx,
  userId: number,
  purposes: readonly AccountLinkPurpose[],
): Promise<void> {
  await tx
    .updateTable('account_links')
    .set({ expires_at: 0, email: null, role: null })
    .where('user_id', '=', userId)
    .where('purpose', 'in', purposes)
    .execute()
}

/**
 * Closes a batch of links that expired at `expiredBy` or before, oldest first. The address and the role in them are gone;
 * the rows keep their generation.
 *
 * @returns how many it closed, up to {@link CLEAR_BATCH_ROWS}
 */
export async function closeExpiredLinks(tx: Tx, expiredBy: number): Promise<number> {
  // A literal, not a parameter, so that the planner can use the partial index.
  const open = sql<boolean>`expires_at > 0`
  const some = tx
    .selectFrom('account_links')
    .select(['user_id', 'purpose'])
    .where(open)
    .where('expires_at', '<=', expiredBy)
    .orderBy('expires_at')
    .limit(CLEAR_BATCH_ROWS)
  const { numUpdatedRows } = await tx
    .updateTable('account_links')
    .set({ expires_at: 0, email: null, role: null })
    .where((eb) => eb(eb.refTuple('user_id', 'purpose'), 'in', some.$asTuple('user_id', 'purpose')))
    // Checked again, because another link may have been opened meanwhile.
    .where('expires_at', '<=', expiredBy)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/**
 * Like {@link openAccountLink}, unless the account has a link for the purpose that has not expired. One statement, so that
 * of concurrent calls one opens a link.
 *
 * @returns the generation of the link; undefined when one is open
 */
export async function openExpiredAccountLink(
  tx: Tx,
  link: NewAccountLink,
  now: number,
): Promise<number | undefined> {
  const fields = { expires_at: link.expiresAt, email: link.email ?? null, role: link.role ?? null }
  const row = await tx
    .insertInto('account_links')
    .values({ user_id: link.userId, purpose: link.purpose, generation: 1, ...fields })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'purpose'])
        .doUpdateSet((eb) => ({ generation: eb('account_links.generation', '+', 1), ...fields }))
        .where('account_links.expires_at', '<=', now),
    )
    .returning('generation')
    .executeTakeFirst()
  return row?.generation
}
