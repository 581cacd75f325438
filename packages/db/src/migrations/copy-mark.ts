import { sql, type Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { StoreOpenError } from '../store.ts'

/** A table that exists in the target of a copy from before the first row is copied until the last one is verified. */
export const COPY_MARK = 'prebook_copy'

/**
 * Throws for the target of an unfinished copy, which would otherwise look like a new database.
 *
 * @param label the name of the database in messages to the operator
 * @throws StoreOpenError when a copy is unfinished
 */
export async function assertNoCopyUnderWay(db: Kysely<Database>, label: string): Promise<void> {
  if (!(await hasCopyMark(db))) return
  throw new StoreOpenError(
    `${label} is the target of a copy that is running or was interrupted: wait for it to finish, or run the same pnpm database:copy again until it reports that the copy is complete.`,
  )
}

/** Whether the database is the target of an unfinished copy. */
export async function hasCopyMark(db: Kysely<Database>): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.some((table) => table.name === COPY_MARK)
}

/** Marks the database before anything is copied into it. Idempotent. */
export async function setCopyMark(db: Kysely<Database>): Promise<void> {
  await sql`create table if not exists ${sql.table(COPY_MARK)} (started_at bigint not null)`.execute(db)
}

/** Removes the mark after the copy is verified. */
export async function dropCopyMark(db: Kysely<Database>): Promise<void> {
  await sql`drop table ${sql.table(COPY_MARK)}`.execute(db)
}
