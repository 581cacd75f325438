import type { AuditAction, AuditDetails, AuditSubject } from '@prebook/core'
import { sql } from 'kysely'
import { actorColumns, type ActorId } from '../actor.ts'
import type { AuditEntryRow, Reader, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'
import { idSlices, searchInSlices } from './search-in-slices.ts'

const newEntry = preparedQuery((tx: Tx, params: Params<Omit<AuditEntryRow, 'id'>>) =>
  tx.insertInto('audit_entries').values({
    at: params.at,
    actor_id: params.actor_id,
    token_id: params.token_id,
    action: params.action,
    subject: params.subject,
    details: params.details,
  }),
)

/** Records what an account or a token did, in the transaction that does it. Entries are append-only. */
export async function recordAudit<Action extends AuditAction>(
  tx: Tx,
  entry: {
    at: number
    actor: ActorId
    action: Action
    subject: AuditSubject
    details: AuditDetails<Action>
  },
): Promise<void> {
  const { at, actor, action, subject } = entry
  const details = JSON.stringify(entry.details)
  await newEntry(tx, { at, ...actorColumns(actor), action, subject, details })
}

/** What an account did and what was done to it, oldest first, after `afterId`. */
export async function listAuditEntriesOf(
  reader: Reader,
  { userId, afterId, limit }: { userId: number; afterId: number; limit: number },
): Promise<AuditEntryRow[]> {
  // One branch per index, because an OR would read the whole table.
  const part = (column: 'actor_id' | 'subject', value: number | string) =>
    reader
      .selectFrom('audit_entries')
      .selectAll()
      .where(column, '=', value)
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(limit)
      .execute()
  const rows = [...(await part('actor_id', userId)), ...(await part('subject', `user:${userId}`))]
  const byId = new Map(rows.map((row) => [row.id, row]))
  return [...byId.values()].toSorted((a, b) => a.id - b.id).slice(0, limit)
}

/** An entry with the present address of the account that acted, null when it was erased, or the name of the token. */
export type ListedAuditEntry = AuditEntryRow & { actor_email: string | null; token_name: string | null }

type Filter = {
  actorId: number | undefined
  tokenId: number | undefined
  subject: string | undefined
  action: AuditAction | undefined
}

/**
 * A page of audit entries, newest first, before `beforeId`. A search for an action runs in slices and yields to other
 * requests after each.
 *
 * @param reader not a transaction, because the yields would keep it open
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function listAuditEntries(
  reader: Reader,
  filter: Filter & { beforeId: number | null; limit: number },
): Promise<ListedAuditEntry[]> {
  const { subject, action, beforeId, limit } = filter
  if (action === undefined || subject !== undefined) {
    return entriesBetween(reader, filter, { before: beforeId, downTo: null }, limit)
  }
  return searchInSlices({
    slices: await idSlices(reader, 'audit_entries', beforeId),
    limit,
    find: (slice, rows) => entriesBetween(reader, filter, slice, rows),
  })
}

async function entriesBetween(
  reader: Reader,
  { actorId, tokenId, subject, action }: Filter,
  { before, downTo }: { before: number | null; downTo: number | null },
  limit: number,
): Promise<ListedAuditEntry[]> {
  let query = reader
    .selectFrom('audit_entries')
    .leftJoin('users', 'users.id', 'audit_entries.actor_id')
    .leftJoin('api_tokens', 'api_tokens.id', 'audit_entries.token_id')
    .selectAll('audit_entries')
    .select(['users.email as actor_email', 'api_tokens.name as token_name'])
    .orderBy('audit_entries.id', 'desc')
    .limit(limit)
  if (subject !== undefined) query = query.where('audit_entries.subject', '=', subject)
  for (const [column, id] of [['actor_id', actorId] as const, ['token_id', tokenId] as const]) {
    if (id === undefined) continue
    // With a subject, only its index: it has few entries, and an account may have a million.
    const actor = sql.ref<number>(`audit_entries.${column}`)
    query = query.where(subject === undefined ? actor : sql<number>`${actor} + 0`, '=', id)
  }
  if (action !== undefined) query = query.where('audit_entries.action', '=', action)
  if (before !== null) query = query.where('audit_entries.id', '<', before)
  if (downTo !== null) query = query.where('audit_entries.id', '>=', downTo)
  return query.execute()
}
