import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/** Exactly one of the two acted: an account or a token. */
const oneActor = sql`(actor_id is null) <> (token_id is null)`

/**
 * Tokens of machines, which act in the place of an account: stock movements, kept answers to stock changes and audit entries
 * name one of the two.
 */
export const apiTokens = (schema: EngineSchema): Migration => ({
  async up(db: Kysely<never>) {
    await createTokens(db, schema)
    for (const table of ['stock_movements', 'audit_entries']) {
      await letTokensAct(db, table, schema)
    }
    if (schema.dropsConstraints) await alterRequests(db, schema)
    else await rebuildRequests(db, schema)
    // A token has few entries among those of all accounts.
    await db.schema
      .createIndex('audit_entries_token')
      .on('audit_entries')
      .columns(['token_id', 'id'])
      .where(sql.ref('token_id'), 'is not', null)
      .execute()
    for (const actor of ['actor', 'token']) {
      await db.schema
        .createIndex(`stock_requests_${actor}`)
        .unique()
        .on('stock_requests')
        .columns([`${actor}_id`, 'idempotency_key'])
        .where(sql.ref(`${actor}_id`), 'is not', null)
        .execute()
    }
  },
})

async function createTokens(db: Kysely<never>, { integer, withId, finish }: EngineSchema): Promise<void> {
  await finish(
    withId(db.schema.createTable('api_tokens'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) =>
        column
          .notNull()
          .unique()
          .check(sql`length(hash) = 64`),
      )
      // No CHECK on the scopes: they belong to core, and an earlier version ignores those that it does not know.
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('created_by', integer, (column) =>
        column.notNull().references('users.id').onDelete('restrict'),
      )
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer)
      .addColumn('last_used_at', integer)
      .addColumn('revoked_at', integer)
      .addColumn('previous_hash', 'text', (column) => column.unique())
      .addColumn('previous_until', integer)
      .addCheckConstraint(
        'api_tokens_previous',
        sql`(previous_hash is null) = (previous_until is null) and (previous_hash is null or length(previous_hash) = 64)`,
      ),
  ).execute()
  await db.schema.createIndex('api_tokens_maker').on('api_tokens').columns(['created_by', 'id']).execute()
}

async function letTokensAct(db: Kysely<never>, table: string, { integer }: EngineSchema): Promise<void> {
  const alter = db.schema.alterTable(table)
  await alter
    .addColumn('token_id', integer, (column) => column.references('api_tokens.id').onDelete('restrict'))
    .execute()
  await alter.alterColumn('actor_id', (column) => column.dropNotNull()).execute()
  await alter.addCheckConstraint(`${table}_one_actor`, oneActor).execute()
}

/** The actor was a part of the primary key, where no value can be missing. */
async function alterRequests(db: Kysely<never>, schema: EngineSchema): Promise<void> {
  const alter = db.schema.alterTable('stock_requests')
  await alter.dropConstraint('stock_requests_pk').execute()
  await letTokensAct(db, 'stock_requests', schema)
  await alter
    .addColumn('id', schema.integer, (column) => column.primaryKey().generatedByDefaultAsIdentity())
    .execute()
}

// The procedure of https://www.sqlite.org/lang_altertable.html, section 7. The engine has turned foreign keys off.
async function rebuildRequests(db: Kysely<never>, { integer, withId, finish }: EngineSchema): Promise<void> {
  await finish(
    withId(db.schema.createTable('new_stock_requests'))
      .addColumn('actor_id', integer, (column) => column.references('users.id').onDelete('restrict'))
      .addColumn('token_id', integer, (column) => column.references('api_tokens.id').onDelete('restrict'))
      .addColumn('idempotency_key', 'text', (column) => column.notNull())
      .addColumn('request_hash', 'text', (column) => column.notNull())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addCheckConstraint('stock_requests_one_actor', oneActor),
  ).execute()
  await sql`insert into new_stock_requests (actor_id, idempotency_key, request_hash, answer, created_at)
    select actor_id, idempotency_key, request_hash, answer, created_at from stock_requests
    order by created_at`.execute(db)
  await db.schema.dropTable('stock_requests').execute()
  await db.schema.alterTable('new_stock_requests').renameTo('stock_requests').execute()
  await db.schema.createIndex('stock_requests_age').on('stock_requests').column('created_at').execute()
}
