import { PrebookError } from '@prebook/core'
import { sql, type NotNull, type Updateable } from 'kysely'
import type { Database, Reader, Tx, UserRow } from '../database.ts'
import { addressSearch } from '../engines/address-search.ts'
import { containsText } from './contains-text.ts'
import { idSlices, searchInSlices, type IdSlice } from './search-in-slices.ts'

/** The accounts that are not erased. */
function accounts(reader: Reader) {
  return reader
    .selectFrom('users')
    .selectAll()
    .where('email', 'is not', null)
    .$narrowType<{ email: NotNull }>()
}

/** One account that is not erased, or undefined. */
export async function findUser(reader: Reader, userId: number): Promise<UserRow | undefined> {
  return accounts(reader).where('id', '=', userId).executeTakeFirst()
}

/**
 * One account that is not erased, or undefined. On PostgreSQL its row is locked until the transaction ends, so that it is not
 * erased, deactivated or taken over meanwhile.
 */
export async function lockUser(
  tx: Tx,
  by: { userId: number } | { email: string },
): Promise<UserRow | undefined> {
  return tx
    .updateTable('users')
    .set((eb) => ({ locale: eb.ref('locale') }))
    .where((eb) => ('email' in by ? eb('email', '=', by.email) : eb('id', '=', by.userId)))
    .where('email', 'is not', null)
    .returningAll()
    .$narrowType<{ email: NotNull }>()
    .executeTakeFirst()
}

/** The account with this folded address, or undefined. */
export async function findUserByEmail(reader: Reader, email: string): Promise<UserRow | undefined> {
  return accounts(reader).where('email', '=', email).executeTakeFirst()
}

/**
 * Adds an account; undefined when the address already has one.
 *
 * @param user.verified whether the address counts as verified; false by default
 * @param user.locale the language of its mail; `en` by default
 */
export async function insertUser(
  tx: Tx,
  user: {
    email: string
    passwordHash: string | null
    role: UserRow['role']
    verified?: boolean
    locale?: string
    now: number
  },
): Promise<UserRow | undefined> {
  return tx
    .insertInto('users')
    .values({
      email: user.email,
      password_hash: user.passwordHash,
      role: user.role,
      created_at: user.now,
      verified_at: user.verified === true ? user.now : null,
      ...(user.locale !== undefined && { locale: user.locale }),
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .$narrowType<{ email: NotNull }>()
    .executeTakeFirst()
}

/** The addresses of some accounts, by id. Erased ones have none. */
export async function findEmails(reader: Reader, userIds: number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await reader
    .selectFrom('users')
    .select(['id', 'email'])
    .where('id', 'in', userIds)
    .where('email', 'is not', null)
    .$narrowType<{ email: NotNull }>()
    .execute()
  return new Map(rows.map(({ id, email }) => [id, email]))
}

/**
 * Changes columns of an account.
 *
 * @throws PrebookError `USER_NOT_FOUND` when it was erased meanwhile
 */
export async function updateUser(
  tx: Tx,
  userId: number,
  fields: Pick<
    Updateable<Database['users']>,
    'email' | 'role' | 'is_active' | 'mail_opt_out' | 'password_hash' | 'verified_at' | 'locale'
  >,
): Promise<UserRow> {
  return tx
    .updateTable('users')
    .set(fields)
    .where('id', '=', userId)
    .where('email', 'is not', null)
    .returningAll()
    .$narrowType<{ email: NotNull }>()
    .executeTakeFirstOrThrow(() => new PrebookError('USER_NOT_FOUND'))
}

/** Makes every link to the page of a guest stop working that was mailed so far. */
export async function revokeManageLinks(tx: Tx, userId: number): Promise<void> {
  await tx
    .updateTable('users')
    .set((eb) => ({ manage_generation: eb('manage_generation', '+', 1) }))
    .where('id', '=', userId)
    .execute()
}

/**
 * Whether there is an active admin other than this account. Read it in `Store.writeOnAdmins`, or another transaction may
 * change the answer.
 */
export async function hasOtherActiveAdmin(reader: Reader, userId: number): Promise<boolean> {
  const other = await reader
    .selectFrom('users')
    .select('id')
    // Literals, because parameters would not match the condition of the index.
    .where('role', '=', sql.lit('admin'))
    .where('is_active', '=', sql.lit(1))
    .where('id', '<>', userId)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

/**
 * Replaces the password of an account, if `from` is still its hash. Pass the same hash twice to only make sure of that:
 * until the transaction ends, the row stays locked and the password cannot change.
 *
 * @returns false when the password has changed in the meantime
 */
export async function replacePasswordHash(
  tx: Tx,
  password: { userId: number; from: string; to: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ password_hash: password.to })
    .where('id', '=', password.userId)
    .where('password_hash', '=', password.from)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) > 0
}

type UserFilter = {
  text: string | undefined
  role: UserRow['role'] | undefined
  isActive: boolean | undefined
  beforeId: number | null
  limit: number
}

/**
 * A page of accounts that are not erased, newest first, before `beforeId`. The search runs in slices and yields to other
 * requests after each.
 *
 * @param reader not a transaction, because the yields would keep it open
 * @param filter.text a part of the address, folded
 * @throws PrebookError `STORE_BUSY` when the search takes too long
 */
export async function listUsers(reader: Reader, filter: UserFilter): Promise<UserRow[]> {
  const { text = '', role, isActive } = filter
  return searchInSlices({
    slices: accountSlices(reader, text, filter.beforeId),
    limit: filter.limit,
    find(slice, limit) {
      let query = accountsIn(reader, slice).orderBy('id', 'desc').limit(limit)
      if (text !== '') query = query.where((eb) => containsText(eb.ref('email').$castTo<string>(), text))
      if (role !== undefined) query = query.where('role', '=', role)
      if (isActive !== undefined) query = query.where('is_active', '=', isActive ? 1 : 0)
      return query.execute()
    },
  })
}

/** A part of the list of accounts: a range of ids, or some ids, newest first. */
type AccountSlice = IdSlice | { ids: readonly number[] }

/** The newest accounts are read without the index, at least this many: what many addresses contain is found among them. */
const READ_FIRST = 3_000

/** Accounts that the index names at most. When it finds more, so many match that a page is full before all are read. */
const MOST_NAMED = 2_000

/** The accounts to search for a text, newest first: most of them are named by the index, where it can find the text. */
async function* accountSlices(
  reader: Reader,
  text: string,
  beforeId: number | null,
): AsyncGenerator<AccountSlice> {
  const index = addressSearch(reader)
  let before = beforeId
  if (index.canFind(text)) {
    let read = 0
    for (const slice of await idSlices(reader, 'users', beforeId)) {
      yield slice
      before = slice.downTo
      read += slice.before - slice.downTo
      if (read >= READ_FIRST) break
    }
    if (before === null || before <= 1) return
    const named = await index.newest(reader, { text, beforeId: before, limit: MOST_NAMED })
    yield* chunksOf(named)
    if (named.length < MOST_NAMED) return
    before = named.at(-1) ?? before
  }
  yield* await idSlices(reader, 'users', before)
}

/** Ids in one statement. */
const CHUNK = 250

function* chunksOf(ids: readonly number[]): Generator<{ ids: readonly number[] }> {
  for (let from = 0; from < ids.length; from += CHUNK) {
    const chunk = ids.slice(from, from + CHUNK)
    // Padded, so that all chunks share a statement.
    const padding = Array.from({ length: CHUNK - chunk.length }, () => chunk[0] ?? 0)
    yield { ids: [...chunk, ...padding] }
  }
}

function accountsIn(reader: Reader, slice: AccountSlice) {
  if ('ids' in slice) return accounts(reader).where('id', 'in', slice.ids)
  return accounts(reader).where('id', '<', slice.before).where('id', '>=', slice.downTo)
}
