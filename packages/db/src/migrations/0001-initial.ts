import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** The first schema. Referenced rows cannot be deleted: every foreign key restricts. */
export function initial(schema: EngineSchema): Migration {
  return { up: (db: Kysely<never>) => up(db, schema) }
}

async function up(
  db: Kysely<never>,
  { integer, foldedText, withId, finish, mark }: EngineSchema,
): Promise<void> {
  await mark(db)

  await finish(
    withId(db.schema.createTable('users'))
      .addColumn('email', foldedText, (column) => column.notNull().unique())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull().check(sql`role in ('reader', 'admin')`))
      .addColumn('is_active', integer, (column) =>
        column
          .notNull()
          .defaultTo(1)
          .check(sql`is_active in (0, 1)`),
      )
      .addColumn('mail_opt_out', integer, (column) =>
        column
          .notNull()
          .defaultTo(0)
          .check(sql`mail_opt_out in (0, 1)`),
      )
      .addColumn('created_at', integer, (column) => column.notNull())
      .addCheckConstraint('users_admin_is_active', sql`role <> 'admin' or is_active = 1`),
  ).execute()

  await finish(
    db.schema
      .createTable('sessions')
      .addColumn('id', 'text', (column) =>
        column
          .primaryKey()
          .notNull()
          .check(sql`length(id) = 64`),
      )
      .addColumn('user_id', integer, (column) => column.notNull().references('users.id').onDelete('restrict'))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull()),
  ).execute()
  await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()
  await db.schema.createIndex('sessions_expiry').on('sessions').column('expires_at').execute()

  await finish(
    withId(db.schema.createTable('books'))
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('author', 'text', (column) => column.notNull())
      .addColumn('isbn', 'text', (column) => column.unique().check(sql`length(isbn) = 13`))
      .addColumn('price_cents', integer, (column) => column.notNull().check(sql`price_cents > 0`))
      .addColumn('description', 'text')
      .addColumn('stock_quantity', integer, (column) => column.notNull().check(sql`stock_quantity >= 0`))
      .addColumn('search_text', foldedText, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull()),
  ).execute()
  await db.schema.createIndex('books_by_title').on('books').columns(['search_text', 'id']).execute()

  await finish(
    withId(db.schema.createTable('stock_movements'))
      .addColumn('book_id', integer, (column) => column.notNull().references('books.id').onDelete('restrict'))
      .addColumn('delta', integer, (column) => column.notNull().check(sql`delta <> 0`))
      .addColumn('quantity_after', integer, (column) => column.notNull().check(sql`quantity_after >= 0`))
      .addColumn('actor_id', integer, (column) =>
        column.notNull().references('users.id').onDelete('restrict'),
      )
      .addColumn('note', 'text')
      .addColumn('created_at', integer, (column) => column.notNull()),
  ).execute()
  await db.schema
    .createIndex('stock_movements_book')
    .on('stock_movements')
    .columns(['book_id', 'id'])
    .execute()

  await finish(
    db.schema
      .createTable('stock_requests')
      .addColumn('actor_id', integer, (column) =>
        column.notNull().references('users.id').onDelete('restrict'),
      )
      .addColumn('idempotency_key', 'text', (column) => column.notNull())
      .addColumn('request_hash', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('stock_requests_pk', ['actor_id', 'idempotency_key']),
  ).execute()

  await finish(
    withId(db.schema.createTable('waitlists'))
      .addColumn('book_id', integer, (column) => column.notNull().references('books.id').onDelete('restrict'))
      .addColumn('opened_at', integer, (column) => column.notNull())
      .addColumn('notified_at', integer)
      .addColumn('closed_by', integer, (column) =>
        column.references('stock_movements.id').onDelete('restrict'),
      )
      .addColumn('notified_count', integer)
      .addColumn('dispatch_cursor', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('dispatched_at', integer)
      .addCheckConstraint(
        'waitlists_closed_by_a_movement',
        sql`(notified_at is null) = (closed_by is null) and (notified_at is not null or notified_count is null)`,
      ),
  ).execute()
  // One open waitlist per book, under any concurrency.
  await db.schema
    .createIndex('waitlists_open')
    .unique()
    .on('waitlists')
    .column('book_id')
    .where(sql.ref('notified_at'), 'is', null)
    .execute()
  await db.schema.createIndex('waitlists_closed_by').unique().on('waitlists').column('closed_by').execute()

  await finish(
    withId(db.schema.createTable('prebooks'))
      .addColumn('waitlist_id', integer, (column) =>
        column.notNull().references('waitlists.id').onDelete('restrict'),
      )
      .addColumn('user_id', integer, (column) => column.notNull().references('users.id').onDelete('restrict'))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('cancelled_at', integer)
      .addColumn('cancelled_from', 'text', (column) =>
        column.check(sql`cancelled_from in ('waiting', 'notified')`),
      )
      .addCheckConstraint(
        'prebooks_cancelled_from_something',
        sql`(cancelled_at is null) = (cancelled_from is null)`,
      ),
  ).execute()
  // One live prebook per reader and waitlist, under any concurrency.
  await db.schema
    .createIndex('prebooks_live')
    .unique()
    .on('prebooks')
    .columns(['waitlist_id', 'user_id'])
    .where(sql.ref('cancelled_at'), 'is', null)
    .execute()
  await db.schema.createIndex('prebooks_waitlist').on('prebooks').columns(['waitlist_id', 'id']).execute()
  await db.schema.createIndex('prebooks_user').on('prebooks').columns(['user_id', 'id']).execute()

  await finish(
    withId(db.schema.createTable('deliveries'))
      .addColumn('prebook_id', integer, (column) =>
        column.notNull().unique().references('prebooks.id').onDelete('restrict'),
      )
      .addColumn('state', 'text', (column) =>
        column.notNull().check(sql`state in ('pending', 'sending', 'sent', 'skipped', 'failed', 'kept')`),
      )
      .addColumn('attempts', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('next_attempt_at', integer, (column) => column.notNull())
      .addColumn('lease_token', 'text')
      .addColumn('lease_expires_at', integer)
      .addColumn('skip_reason', 'text')
      .addColumn('last_error', 'text')
      .addColumn('sent_at', integer),
  ).execute()
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .columns(['state', 'next_attempt_at'])
    .execute()
}
