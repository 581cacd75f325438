import type { RunMigration } from '@prebook/db'

/** Prints how long the upgrade of an existing database took, on standard error. */
export function printUpgrade(migrations: readonly RunMigration[]): void {
  for (const { name, durationMs } of migrations)
    process.stderr.write(`Upgraded the database: ${name} took ${(durationMs / 1_000).toFixed(1)} s.\n`)
}
