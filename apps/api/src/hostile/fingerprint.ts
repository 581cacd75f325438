import { createHash } from 'node:crypto'
import type { Store } from '@prebook/db'

const tables = [
  'users',
  'books',
  'waitlists',
  'prebooks',
  'stock_movements',
  'stock_requests',
  'deliveries',
  'audit_entries',
  'account_links',
  'refusals',
  'consents',
  'used_wishes',
] as const

/** The content of the database as one short text per table. Two fingerprints are equal when nothing has changed. */
export type Fingerprint = Record<string, string>

export async function fingerprint(store: Store): Promise<Fingerprint> {
  return store.read(async (reader) => {
    const prints: Fingerprint = {}
    for (const table of tables) prints[table] = digest(await reader.selectFrom(table).selectAll().execute())
    // Without the time of the last use.
    prints['api_tokens'] = digest(
      await reader
        .selectFrom('api_tokens')
        .select(['id', 'name', 'hash', 'scopes', 'created_by', 'created_at', 'expires_at', 'revoked_at'])
        .select(['previous_hash', 'previous_until'])
        .execute(),
    )
    // Only the identity of sessions: using one may extend its expiry.
    prints['sessions'] = digest(await reader.selectFrom('sessions').select(['id', 'user_id']).execute())
    return prints
  })
}

function digest(rows: object[]): string {
  const lines = rows.map((row) => JSON.stringify(row)).toSorted()
  return `${rows.length} rows, ${createHash('sha256').update(lines.join('\n')).digest('base64url').slice(0, 12)}`
}

/** The tables whose content has changed. */
export function changedTables(before: Fingerprint, after: Fingerprint): string[] {
  return Object.keys(before)
    .filter((table) => before[table] !== after[table])
    .map((table) => `${table} (${before[table]} → ${after[table]})`)
}
