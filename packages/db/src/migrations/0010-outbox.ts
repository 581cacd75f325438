import { sql, type CreateTableBuilder, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** The name under which `installation` has the highest id of a delivery from before this migration. */
export const LAST_OLD_DELIVERY = 'last-delivery-before-outbox'

/**
 * Makes `deliveries` an outbox for every kind of mail. Existing deliveries keep their ids and states. Also adds the links
 * that accounts are mailed, and the refusals of addresses.
 */
export function outbox(schema: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      if (schema.dropsConstraints) await alterDeliveries(db, schema)
      else await rebuildDeliveries(db, schema)
      await indexDeliveries(db)
      // The Message-IDs of these deliveries keep their form.
      await sql`insert into installation (name, value)
        select ${LAST_OLD_DELIVERY}, cast(max(id) as text) from deliveries having max(id) is not null`.execute(
        db,
      )
      await createAccountLinks(db, schema)
      await createRefusals(db, schema)
    },
  }
}

async function alterDeliveries(db: Kysely<never>, { integer, foldedText }: EngineSchema): Promise<void> {
  for (const index of ['deliveries_due', 'deliveries_by_state', 'deliveries_of_book', 'deliveries_backlog']) {
    await db.schema.dropIndex(index).execute()
  }
  await db.schema
    .alterTable('deliveries')
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('restock'))
    .addColumn('dedupe_key', 'text')
    .addColumn('lane', 'text', (column) => column.notNull().defaultTo('bulk'))
    .addColumn('user_id', integer)
    .addColumn('recipient', foldedText)
    .addColumn('payload', 'text')
    .addColumn('locale', 'text', (column) => column.notNull().defaultTo('en'))
    .execute()
  // Before the update, which would write to its index.
  await db.schema.alterTable('deliveries').dropConstraint('deliveries_prebook_id_key').execute()
  await sql`update deliveries set dedupe_key = 'restock:' || prebook_id, user_id = prebooks.user_id
    from prebooks where prebooks.id = deliveries.prebook_id`.execute(db)
  const alter = db.schema.alterTable('deliveries')
  await alter.alterColumn('kind', (column) => column.dropDefault()).execute()
  await alter.alterColumn('lane', (column) => column.dropDefault()).execute()
  await alter.alterColumn('dedupe_key', (column) => column.setNotNull()).execute()
  await alter.alterColumn('prebook_id', (column) => column.dropNotNull()).execute()
  await alter.alterColumn('state', (column) => column.dropDefault()).execute()
  await alter.dropConstraint('deliveries_new_state_check').execute()
  await alter.addUniqueConstraint('deliveries_dedupe_key_key', ['dedupe_key']).execute()
  await alter
    .addForeignKeyConstraint('deliveries_user_id_fkey', ['user_id'], 'users', ['id'])
    .onDelete('restrict')
    .execute()
}

// The procedure of https://www.sqlite.org/lang_altertable.html, section 7. The engine has turned foreign keys off.
async function rebuildDeliveries(db: Kysely<never>, schema: EngineSchema): Promise<void> {
  await schema.finish(columns(db.schema.createTable('new_deliveries'), schema)).execute()
  await sql`insert into new_deliveries
    (id, kind, dedupe_key, lane, user_id, prebook_id, book_id, state, attempts, queued_at, next_attempt_at,
      lease_token, lease_expires_at, skip_reason, last_error, sent_at)
    select deliveries.id, 'restock', 'restock:' || prebook_id, 'bulk', prebooks.user_id, prebook_id, book_id, state,
      attempts, queued_at, next_attempt_at, lease_token, lease_expires_at, skip_reason, last_error, sent_at
    from deliveries left join prebooks on prebooks.id = deliveries.prebook_id
    order by deliveries.id`.execute(db)
  await db.schema.dropTable('deliveries').execute()
  await db.schema.alterTable('new_deliveries').renameTo('deliveries').execute()
}

function columns(
  table: CreateTableBuilder<'new_deliveries'>,
  { integer, foldedText }: EngineSchema,
): CreateTableBuilder<'new_deliveries', string> {
  return (
    table
      // Message-IDs contain the id, so the id of a deleted row is never used again.
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      // No CHECK on kinds, lanes and states: they belong to core, and SQLite could not extend it later.
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('dedupe_key', 'text', (column) => column.notNull().unique())
      .addColumn('lane', 'text', (column) => column.notNull())
      .addColumn('user_id', integer, (column) => column.references('users.id').onDelete('restrict'))
      .addColumn('recipient', foldedText)
      .addColumn('prebook_id', integer, (column) => column.references('prebooks.id').onDelete('restrict'))
      .addColumn('book_id', integer, (column) => column.references('books.id').onDelete('restrict'))
      .addColumn('payload', 'text')
      .addColumn('locale', 'text', (column) => column.notNull().defaultTo('en'))
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('queued_at', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('next_attempt_at', integer, (column) => column.notNull())
      .addColumn('lease_token', 'text')
      .addColumn('lease_expires_at', integer)
      .addColumn('skip_reason', 'text')
      .addColumn('last_error', 'text')
      .addColumn('sent_at', integer)
  )
}

async function indexDeliveries(db: Kysely<never>): Promise<void> {
  // Each lane has claims of its own, so that mail in one never waits for mail in the other.
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .columns(['lane', 'state', 'next_attempt_at'])
    .execute()
  await db.schema.createIndex('deliveries_by_state').on('deliveries').columns(['state', 'id']).execute()
  await db.schema
    .createIndex('deliveries_of_book')
    .on('deliveries')
    .columns(['book_id', 'state', 'id'])
    .execute()
  await db.schema.createIndex('deliveries_of_user').on('deliveries').columns(['user_id', 'id']).execute()
  // For the foreign key: SQLite looks for deliveries of a new prebook.
  await db.schema.createIndex('deliveries_of_prebook').on('deliveries').column('prebook_id').execute()
  // Small: completed deliveries are not in it.
  await db.schema
    .createIndex('deliveries_backlog')
    .on('deliveries')
    .columns(['lane', 'queued_at', 'id'])
    .where(sql<boolean>`state in ('pending', 'sending')`)
    .execute()
}

async function createAccountLinks(
  db: Kysely<never>,
  { integer, foldedText, finish }: EngineSchema,
): Promise<void> {
  await finish(
    db.schema
      .createTable('account_links')
      .addColumn('user_id', integer, (column) => column.notNull().references('users.id').onDelete('restrict'))
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('generation', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('email', foldedText)
      .addColumn('role', 'text')
      .addPrimaryKeyConstraint('account_links_pk', ['user_id', 'purpose']),
  ).execute()
}

async function createRefusals(
  db: Kysely<never>,
  { integer, foldedText, finish }: EngineSchema,
): Promise<void> {
  await finish(
    db.schema
      .createTable('refusals')
      .addColumn('email', foldedText, (column) => column.notNull())
      // Not a reference: a delivery may be deleted while its refusal still counts.
      .addColumn('delivery_id', integer, (column) => column.notNull())
      .addColumn('permanent', integer, (column) => column.notNull())
      .addColumn('refused_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('refusals_pk', ['email', 'delivery_id']),
  ).execute()
}
