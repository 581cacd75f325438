import { isPostgresUrl, sqlitePathOf } from '../database-url.ts'
import { copyFromSqlite } from '../engines/sqlite/copy-from-sqlite.ts'
import { copyIntoPostgres } from '../engines/postgres/copy-into-postgres.ts'
import type { CopiedTable, CopySource, CopyTransaction } from './copied-table.ts'
import { CopyError } from './copy-error.ts'
import { createTableDigest, type TableDigest } from './table-digest.ts'

/** The progress of a copy on one table, in rows. */
export type CopyProgress = { step: 'copying' | 'checking'; table: string; done: number; total: number }

/** The verified result of a copy: for each table, its number of rows and the checksum that both databases share. */
export type CopyResult = { from: string; to: string; tables: ({ table: string } & TableDigest)[] }

/**
 * Copies a SQLite database into an empty PostgreSQL database, including ids, in one transaction that ends by comparing
 * the two. If the copy is interrupted, the target has no rows and stays marked, so that no service starts on it, and
 * the copy can be run again. No service may have the source open, and none can open it during the copy.
 *
 * @param from `file:` and the path of the source
 * @param to `postgres://user:password@host/name`, an empty database
 * @throws StoreOpenError when a database cannot be opened
 * @throws CopyError when the copy fails for another reason. Both messages say what to do
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<CopyResult> {
  const path = sqlitePathOf(from)
  if (path === null || !isPostgresUrl(to)) throw wrongDirection()
  await using source = await copyFromSqlite(path)
  await using target = await copyIntoPostgres(to)
  const tables = await target.fill(source.tables, async (transaction) => {
    for (const table of source.tables) await copyTable(source, transaction, table, onProgress)
    const digests = []
    for (const table of source.tables) {
      digests.push({ table: table.name, ...(await compareTable(source, transaction, table, onProgress)) })
    }
    return digests
  })
  return { from: source.label, to: target.label, tables }
}

function wrongDirection(): CopyError {
  return new CopyError(
    'A copy goes from SQLite to PostgreSQL: pass the source as file:<path> and the target as postgres://user:password@host/name. To copy between databases of the same engine, use backup and restore (docs/operating.md).',
  )
}

async function copyTable(
  source: CopySource,
  transaction: CopyTransaction,
  table: CopiedTable,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const progress = { step: 'copying' as const, table: table.name, total: source.count(table) }
  let done = 0
  onProgress({ ...progress, done })
  for (const batch of source.batches(table)) {
    await transaction.insert(table, batch)
    done += batch.length
    onProgress({ ...progress, done })
  }
  await transaction.advanceSequences(table)
}

/** Reads the table from both databases again and compares the rows. */
async function compareTable(
  source: CopySource,
  transaction: CopyTransaction,
  table: CopiedTable,
  onProgress: (progress: CopyProgress) => void,
): Promise<TableDigest> {
  const sourceDigest = createTableDigest()
  for (const batch of source.batches(table)) sourceDigest.add(batch)
  // Counted by the database, so that rows missed by the reader are noticed.
  const total = source.count(table)
  const copyDigest = createTableDigest()
  for await (const batch of transaction.batches(table)) {
    copyDigest.add(batch)
    onProgress({ step: 'checking', table: table.name, done: copyDigest.result().rows, total })
  }
  const [expected, actual] = [sourceDigest.result(), copyDigest.result()]
  if (total !== actual.rows || expected.checksum !== actual.checksum) {
    throw new CopyError(
      `The copy of ${table.name} differs from its source: ${total} rows with checksum ${expected.checksum} in the source, ${actual.rows} rows with checksum ${actual.checksum} in the copy. The copy was rolled back: keep serving from the source, and report this as a bug.`,
    )
  }
  return actual
}
