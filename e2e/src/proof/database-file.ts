import { DatabaseSync } from 'node:sqlite'
import { violation, violationQueries, type Row } from './impossible.ts'

/**
 * Queries a database file from outside the API with Node's SQLite. Read-only, and all queries see one snapshot.
 */
export function queryFile<T>(path: string, read: (rows: (query: string) => Row[]) => T): T {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    database.exec('begin')
    return read((query) => database.prepare(query).all())
  } finally {
    database.close()
  }
}

/** Finds violations of the invariants of a committed state, including damage to the file. Returns none when it is sound. */
export function findViolations(path: string): string[] {
  return queryFile(path, (rows) => [
    ...rows('pragma integrity_check').flatMap((row) =>
      row['integrity_check'] === 'ok' ? [] : [`the file is damaged: ${JSON.stringify(row)}`],
    ),
    ...rows('pragma foreign_key_check').map((row) => `a foreign key has no target: ${JSON.stringify(row)}`),
    ...Object.entries(violationQueries.sqlite).flatMap(([meaning, query]) =>
      rows(query).map((row) => violation(meaning, row)),
    ),
  ])
}
