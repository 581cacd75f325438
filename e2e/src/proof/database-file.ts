import { DatabaseSync } from 'node:sqlite'
import { questions, violation, type Row } from './impossible.ts'

/**
 * Runs queries on a database file from outside, with another SQLite than the API's own: read-only, and all as of one
 * moment.
 */
export function lookInto<T>(path: string, look: (rows: (query: string) => Row[]) => T): T {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    database.exec('begin')
    return look((query) => database.prepare(query).all())
  } finally {
    database.close()
  }
}

/** Everything about a file that no committed state may show, the file's own health included. None is right. */
export function findImpossible(path: string): string[] {
  return lookInto(path, (rows) => [
    ...rows('pragma integrity_check').flatMap((row) =>
      row['integrity_check'] === 'ok' ? [] : [`the file is damaged: ${JSON.stringify(row)}`],
    ),
    ...rows('pragma foreign_key_check').map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
    ...Object.entries(questions.sqlite).flatMap(([meaning, query]) =>
      rows(query).map((row) => violation(meaning, row)),
    ),
  ])
}
