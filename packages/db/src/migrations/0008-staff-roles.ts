import { sql, type CreateTableBuilder, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { EngineSchema } from '../engines/engine-schema.ts'

/**
 * Leaves the roles to core and lets an admin be inactive. Accounts get the time at which their address was verified, the
 * time at which they were erased, and a language; an erased account has no address and no password. Accounts from before this migration count as verified.
 */
export function staffRoles(schema: EngineSchema): Migration {
  return {
    async up(db: Kysely<never>) {
      if (schema.dropsConstraints) await alterTable(db, schema)
      else await rebuild(db, schema)
      // Few accounts are admins, so finding another active one must not read the accounts of all readers.
      await db.schema
        .createIndex('users_active_admins')
        .on('users')
        .column('id')
        .where(sql<boolean>`role = 'admin' and is_active = 1`)
        .execute()
    },
  }
}

async function alterTable(db: Kysely<never>, { integer }: EngineSchema): Promise<void> {
  await db.schema.alterTable('users').dropConstraint('users_role_check').execute()
  await db.schema.alterTable('users').dropConstraint('users_admin_is_active').execute()
  for (const column of ['email', 'password_hash']) {
    await db.schema
      .alterTable('users')
      .alterColumn(column, (alter) => alter.dropNotNull())
      .execute()
  }
  await db.schema.alterTable('users').addColumn('verified_at', integer).execute()
  await db.schema.alterTable('users').addColumn('erased_at', integer).execute()
  await db.schema
    .alterTable('users')
    .addColumn('locale', 'text', (column) => column.notNull().defaultTo('en'))
    .execute()
  await sql`update users set verified_at = created_at`.execute(db)
}

// The procedure of https://www.sqlite.org/lang_altertable.html, section 7. The engine has turned foreign keys off.
async function rebuild(db: Kysely<never>, schema: EngineSchema): Promise<void> {
  await schema.finish(columns(schema.withId(db.schema.createTable('new_users')), schema)).execute()
  await sql`insert into new_users
    (id, email, password_hash, role, is_active, mail_opt_out, created_at, verified_at)
    select id, email, password_hash, role, is_active, mail_opt_out, created_at, created_at
    from users order by id`.execute(db)
  await db.schema.dropTable('users').execute()
  await db.schema.alterTable('new_users').renameTo('users').execute()
}

function columns(
  table: CreateTableBuilder<'new_users', 'id'>,
  { integer, foldedText }: EngineSchema,
): CreateTableBuilder<'new_users', string> {
  return table
    .addColumn('email', foldedText, (column) => column.unique())
    .addColumn('password_hash', 'text')
    .addColumn('role', 'text', (column) => column.notNull())
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
    .addColumn('verified_at', integer)
    .addColumn('erased_at', integer)
    .addColumn('locale', 'text', (column) => column.notNull().defaultTo('en'))
}
