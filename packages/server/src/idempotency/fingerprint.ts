import { createHash } from 'node:crypto'

/** Identifies a JSON value by a hash, regardless of the order of the members of its objects. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortMembers)).digest('hex')
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
