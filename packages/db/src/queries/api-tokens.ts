import type { Insertable, Updateable } from 'kysely'
import type { ApiTokenRow, Database, Reader, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

const byHash = preparedQuery((reader: Reader, params: Params<{ hash: string }>) =>
  reader.selectFrom('api_tokens').selectAll().where('hash', '=', params.hash),
)
const byPreviousHash = preparedQuery((reader: Reader, params: Params<{ hash: string }>) =>
  reader.selectFrom('api_tokens').selectAll().where('previous_hash', '=', params.hash),
)

/** The token with this hash, or undefined. It may be revoked or expired. */
export async function findApiToken(reader: Reader, hash: string): Promise<ApiTokenRow | undefined> {
  const [row] = await byHash(reader, { hash })
  return row
}

/** The token that had this hash before its last rotation, or undefined. Its overlap may have ended. */
export async function findRotatedApiToken(reader: Reader, hash: string): Promise<ApiTokenRow | undefined> {
  const [row] = await byPreviousHash(reader, { hash })
  return row
}

/** Adds a token. */
export async function insertApiToken(
  tx: Tx,
  token: Omit<Insertable<Database['api_tokens']>, 'id'>,
): Promise<ApiTokenRow> {
  return tx.insertInto('api_tokens').values(token).returningAll().executeTakeFirstOrThrow()
}

/**
 * The token with this id, or undefined. On PostgreSQL its row is locked until the transaction ends, so that of two changes at
 * once the later one sees the earlier one.
 */
export async function lockApiToken(tx: Tx, tokenId: number): Promise<ApiTokenRow | undefined> {
  return tx
    .updateTable('api_tokens')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', tokenId)
    .returningAll()
    .executeTakeFirst()
}

/** Changes columns of a token. */
export async function updateApiToken(
  tx: Tx,
  tokenId: number,
  fields: Pick<
    Updateable<Database['api_tokens']>,
    'hash' | 'expires_at' | 'revoked_at' | 'previous_hash' | 'previous_until'
  >,
): Promise<ApiTokenRow> {
  return tx
    .updateTable('api_tokens')
    .set(fields)
    .where('id', '=', tokenId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Records the minute of a token's use. Does nothing when that minute or a later one is recorded. */
export async function recordApiTokenUse(tx: Tx, tokenId: number, minute: number): Promise<void> {
  await tx
    .updateTable('api_tokens')
    .set({ last_used_at: minute })
    .where('id', '=', tokenId)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', minute)]))
    .execute()
}

/** A token with the present address of the account that made it; null when it was erased. */
export type ListedApiToken = ApiTokenRow & { creator_email: string | null }

/** A page of tokens, newest first, before `beforeId`: of all accounts or of one, and those that work at `now`, or not. */
export async function listApiTokens(
  reader: Reader,
  filter: {
    createdBy: number | undefined
    isActive: boolean | undefined
    beforeId: number | null
    limit: number
    now: number
  },
): Promise<ListedApiToken[]> {
  let query = reader
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.created_by')
    .selectAll('api_tokens')
    .select('users.email as creator_email')
    .orderBy('api_tokens.id', 'desc')
    .limit(filter.limit)
  const { createdBy, isActive, beforeId, now } = filter
  if (createdBy !== undefined) query = query.where('api_tokens.created_by', '=', createdBy)
  if (beforeId !== null) query = query.where('api_tokens.id', '<', beforeId)
  if (isActive === true) {
    query = query
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
  }
  if (isActive === false) {
    query = query.where((eb) => eb.or([eb('revoked_at', 'is not', null), eb('expires_at', '<=', now)]))
  }
  return query.execute()
}

/** How many of the tokens that an account made work at `now`. */
export async function countActiveApiTokens(
  reader: Reader,
  of: { createdBy: number; now: number },
): Promise<number> {
  const { count } = await reader
    .selectFrom('api_tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_by', '=', of.createdBy)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', of.now)]))
    .executeTakeFirstOrThrow()
  return count
}

/** The names of some tokens, by id. */
export async function findApiTokenNames(reader: Reader, tokenIds: number[]): Promise<Map<number, string>> {
  if (tokenIds.length === 0) return new Map()
  const rows = await reader
    .selectFrom('api_tokens')
    .select(['id', 'name'])
    .where('id', 'in', tokenIds)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
