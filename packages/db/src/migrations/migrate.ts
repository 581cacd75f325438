import type { Transaction } from 'kysely'
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration'
import type { Database } from '../database.ts'
import type { EngineSchema } from '../engines/engine-schema.ts'
import { StoreOpenError } from '../store.ts'
import { initial } from './0001-initial.ts'
import { throttleCounts } from './0002-throttle-counts.ts'
import { deliveriesByBook } from './0003-deliveries-by-book.ts'
import { liveQueue } from './0004-live-queue.ts'
import { heldDeliveries } from './0005-held-deliveries.ts'
import { auditEntries } from './0006-audit-entries.ts'
import { installation } from './0007-installation.ts'
import { staffRoles } from './0008-staff-roles.ts'
import { sessionUse } from './0009-session-use.ts'
import { outbox } from './0010-outbox.ts'
import { retention } from './0011-retention.ts'
import { erasing } from './0012-erasing.ts'
import { waitingCounts } from './0013-waiting-counts.ts'
import { prebooksOfUser } from './0014-prebooks-of-a-user.ts'
import { apiTokens } from './0015-api-tokens.ts'
import { keptAnswers } from './0016-kept-answers.ts'
import { searchTexts } from './0017-search-texts.ts'
import { withdrawals } from './0018-withdrawals.ts'
import { expectedDates } from './0019-expected-dates.ts'
import { bookSearch } from './0020-book-search.ts'
import { addressIndex } from './0021-address-index.ts'
import { currency } from './0022-currency.ts'
import { guests } from './0023-guests.ts'

/** A migration that was run, and how long it took, in milliseconds. */
export type RunMigration = { name: string; durationMs: number }

/** Every migration by name, in the order of the names. */
export function migrationsOf(schema: EngineSchema): Record<string, Migration> {
  return {
    '0001-initial': initial(schema),
    '0002-throttle-counts': throttleCounts(schema),
    '0003-deliveries-by-book': deliveriesByBook(schema),
    '0004-live-queue': liveQueue,
    '0005-held-deliveries': heldDeliveries,
    '0006-audit-entries': auditEntries(schema),
    '0007-installation': installation(schema),
    '0008-staff-roles': staffRoles(schema),
    '0009-session-use': sessionUse(schema),
    '0010-outbox': outbox(schema),
    '0011-retention': retention,
    '0012-erasing': erasing,
    '0013-waiting-counts': waitingCounts(schema),
    '0014-prebooks-of-a-user': prebooksOfUser,
    '0015-api-tokens': apiTokens(schema),
    '0016-kept-answers': keptAnswers(schema),
    '0017-search-texts': searchTexts,
    '0018-withdrawals': withdrawals(schema),
    '0019-expected-dates': expectedDates(schema),
    '0020-book-search': bookSearch(schema),
    '0021-address-index': addressIndex(schema),
    '0022-currency': currency,
    '0023-guests': guests(schema),
  }
}

/**
 * Migrates the schema. The engine passes a transaction that holds a lock, so that if two processes start at once, one
 * migrates and the other has nothing left to do.
 *
 * @param label the name of the database in messages to the operator
 * @param onMigrated called with each migration that has run, before the commit
 * @returns whether there was a migration to run
 * @throws StoreOpenError when a newer version of Prebook has already migrated the schema
 */
export async function migrate(
  tx: Transaction<Database>,
  schema: EngineSchema,
  label: string,
  onMigrated: (run: RunMigration) => void = () => {},
): Promise<boolean> {
  const provider: MigrationProvider = {
    getMigrations: async () => timed(migrationsOf(schema), onMigrated),
  }
  const migrator = new Migrator({ db: tx, provider })
  const known = new Set(Object.keys(migrationsOf(schema)))
  const unknown = (await appliedMigrations(tx)).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new StoreOpenError(
      `${label} was changed by a newer version of Prebook (${unknown.join(', ')}): start that version, or restore a backup made before the upgrade.`,
    )
  }
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return results.length > 0
}

function timed(
  migrations: Record<string, Migration>,
  onMigrated: (run: RunMigration) => void,
): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [
      name,
      {
        async up(db) {
          const started = performance.now()
          await migration.up(db)
          onMigrated({ name, durationMs: Math.round(performance.now() - started) })
        },
      },
    ]),
  )
}

async function appliedMigrations(tx: Transaction<Database>): Promise<string[]> {
  const tables = await tx.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'kysely_migration')) return []
  const rows = await tx
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map((row) => row.name)
}

/** Calls `onUpgraded`, unless the database is new: then every migration ran, on empty tables. */
export function reportUpgrade(
  migrations: readonly RunMigration[],
  { onUpgraded }: { onUpgraded?: (migrations: readonly RunMigration[]) => void },
): void {
  if (migrations.length > 0 && !migrations.some(({ name }) => name === '0001-initial'))
    onUpgraded?.(migrations)
}
