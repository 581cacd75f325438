import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/**
 * How many wait on a waitlist, kept up to date with every prebook, so that a restock need not count. Waitlists that were closed
 * before get the number that they notified, unless it was counted already.
 */
export const waitingCounts = ({ integer }: EngineSchema): Migration => ({
  async up(db: Kysely<never>) {
    await db.schema
      .alterTable('waitlists')
      .addColumn('waiting_count', integer, (column) => column.notNull().defaultTo(0))
      .execute()
    await sql`
      update waitlists set waiting_count = (
        select count(*) from prebooks
        where waitlist_id = waitlists.id and (cancelled_at is null or cancelled_from = 'notified'))`.execute(
      db,
    )
    await sql`
      update waitlists set notified_count = waiting_count
      where notified_at is not null and notified_count is null`.execute(db)
  },
})
