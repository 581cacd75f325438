import { isPostgresUrl, sqlitePathOf } from '../database-url.ts'
import { copyFromSqlite } from '../engines/sqlite/copy-from-sqlite.ts'
import { copyIntoPostgres } from '../engines/postgres/copy-into-postgres.ts'
import type { CopiedTable, CopySource, Filling } from './copied-table.ts'
import { CopyError } from './copy-error.ts'
import { createTableDigest, type TableDigest } from './table-digest.ts'

/** How far a copy has come with one table. */
export type CopyProgress = { step: 'copying' | 'checking'; table: string; done: number; total: number }

/** What was copied and verified: the number of rows of each table, and a checksum that both databases agree on. */
export type CopyResult = { from: string; to: string; tables: ({ table: string } & TableDigest)[] }

/**
 * Copies a SQLite database into an empty PostgreSQL one, ids and all, in a single transaction that ends with a
 * comparison of the two. Interrupted at any moment, it leaves the target without a row and marked, so that no service
 * starts on it, and can be started again. No service may have the source open, nor can one open it meanwhile.
 *
 * @param from `file:` and the path of the source
 * @param to `postgres://user:password@host/name`, an empty database
 * @throws StoreOpenError when one of the two cannot be opened, and CopyError for all else; the message says what to do
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
  const tables = await target.fill(source.tables, async (filling) => {
    for (const table of source.tables) await copyTable(source, filling, table, onProgress)
    const digests = []
    for (const table of source.tables) {
      digests.push({ table: table.name, ...(await compareTable(source, filling, table, onProgress)) })
    }
    return digests
  })
  return { from: source.place, to: target.place, tables }
}

function wrongDirection(): CopyError {
  return new CopyError(
    'A copy goes from SQLite to PostgreSQL: name the source as file:<path> and the target as postgres://user:password@host/name. Between two databases of one engine, use backup and restore (docs/operating.md).',
  )
}

async function copyTable(
  source: CopySource,
  filling: Filling,
  table: CopiedTable,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const progress = { step: 'copying' as const, table: table.name, total: source.count(table) }
  let done = 0
  onProgress({ ...progress, done })
  for (const batch of source.batches(table)) {
    await filling.insert(table, batch)
    done += batch.length
    onProgress({ ...progress, done })
  }
  await filling.continueCounting(table)
}

/** Reads both databases again and compares what they hold. */
async function compareTable(
  source: CopySource,
  filling: Filling,
  table: CopiedTable,
  onProgress: (progress: CopyProgress) => void,
): Promise<TableDigest> {
  const wanted = createTableDigest()
  for (const batch of source.batches(table)) wanted.add(batch)
  // Counted by the database, and not by whoever reads its rows.
  const total = source.count(table)
  const found = createTableDigest()
  for await (const batch of filling.batches(table)) {
    found.add(batch)
    onProgress({ step: 'checking', table: table.name, done: found.result().rows, total })
  }
  const [there, here] = [wanted.result(), found.result()]
  if (total !== here.rows || there.checksum !== here.checksum) {
    throw new CopyError(
      `The copy of ${table.name} is not like its source: ${total} rows with checksum ${there.checksum} there, ${here.rows} rows with checksum ${here.checksum} in the copy. Nothing was kept: keep serving from the source, and report this.`,
    )
  }
  return here
}
