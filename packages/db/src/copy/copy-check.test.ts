import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { StoreOpenError } from '../store.ts'
import { copyDatabase } from './copy-database.ts'
import { CopyError } from './copy-error.ts'
import { withStore, postgres, createDatabases, refusalOf } from '../testing/copy-databases.ts'

/** Creates the target's tables, with a trigger that tampers with the rows inserted into one of them. */
async function withTrigger(url: string, table: string, body: string): Promise<void> {
  await withStore(url, (store) =>
    store.write(async (tx) => {
      await sql`create function tamper() returns trigger language plpgsql as ${sql.lit(`begin ${body} end`)}`.execute(
        tx,
      )
      await sql`create trigger tamper before insert on ${sql.table(table)} for each row execute function tamper()`.execute(
        tx,
      )
    }),
  )
}

const columns = [
  'users.email',
  'users.mail_opt_out',
  'books.description',
  'books.isbn',
  'books.updated_at',
  'stock_movements.note',
  'stock_requests.answer',
  'waitlists.notified_count',
  'waitlists.dispatched_at',
  'announcements.details',
  'prebooks.created_at',
  'deliveries.sent_at',
  'deliveries.last_error',
  'sessions.expires_at',
  'throttle_counts.tries',
  'installation.value',
].map((name) => name.split('.') as [string, string])

describe.skipIf(!postgres.available)('a copy from SQLite to PostgreSQL', () => {
  test.each(columns)('is rejected by its check when a value of %s.%s changed', async (table, column) => {
    await using databases = await createDatabases()
    const other = /_at$|count|tries|opt_out/.test(column) ? `coalesce(new.${column}, 4) * 0` : 'null'
    const value = ['email', 'answer', 'value', 'details'].includes(column) ? `'x' || new.${column}` : other
    await withTrigger(
      databases.to,
      table,
      `if new.${column} is not null then new.${column} = ${value}; end if; return new;`,
    )
    const refusal = await refusalOf(copyDatabase(databases.from, databases.to))
    expect(refusal).toBeInstanceOf(CopyError)
    expect(String(refusal)).toContain(`The copy of ${table} differs from its source`)
    expect(await refusalOf(openStore(databases.to))).toBeInstanceOf(StoreOpenError)
  })

  test('is rejected by its check when a row is missing, and when two rows are swapped', async () => {
    await using databases = await createDatabases()
    await withTrigger(databases.to, 'throttle_counts', 'return null;')
    await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
      /throttle_counts differs from its source: 1 rows .* 0 rows/,
    )
    await using others = await createDatabases()
    await withTrigger(others.to, 'books', `if new.id < 3 then new.id = 3 - new.id; end if; return new;`)
    await expect(copyDatabase(others.from, others.to)).rejects.toThrow(/books differs from its source/)
  })
})
