import { sql, type Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { StoreOpenError } from '../store.ts'

/** A table that stands in a database from before the first row is copied into it until the last one is verified. */
export const COPY_MARK = 'prebook_copy'

/**
 * Refuses a database that a copy was begun into and not finished: it would look like a new one.
 *
 * @param place what the operator knows the database by
 * @throws StoreOpenError
 */
export async function assertNoCopyUnderWay(db: Kysely<Database>, place: string): Promise<void> {
  if (!(await hasCopyMark(db))) return
  throw new StoreOpenError(
    `${place} is being copied into, or a copy was interrupted: let it end, or run the same pnpm database:copy again until it says that the copy is complete.`,
  )
}

/** Whether a copy into the database was begun and not finished. */
export async function hasCopyMark(db: Kysely<Database>): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.some((table) => table.name === COPY_MARK)
}

/** Marks the database, before anything is copied into it; once more is no mistake. */
export async function setCopyMark(db: Kysely<Database>): Promise<void> {
  await sql`create table if not exists ${sql.table(COPY_MARK)} (started_at bigint not null)`.execute(db)
}

/** Takes the mark away: what was copied is verified. */
export async function dropCopyMark(db: Kysely<Database>): Promise<void> {
  await sql`drop table ${sql.table(COPY_MARK)}`.execute(db)
}
