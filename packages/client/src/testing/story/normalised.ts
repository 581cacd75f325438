const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const HOUR_MS = 3_600_000
/** Fields whose values are the shop's own. */
const OWN = new Set(['token', 'nextCursor', 'requestId', 'lastError', 'manageUrl'])

/** A key that the client makes for a change of stock. A batch adds the number of the line. */
const RANDOM_KEY = /^[\da-f]{8}-[\da-f-]{27}/

/** Leaves out what differs from shop to shop. Of a time that is to come, the hours from now stay. */
export function normalised(value: unknown, now: number, name = ''): unknown {
  if (value === null || value === undefined) return value ?? null
  if (OWN.has(name)) return `<${name}>`
  if (typeof value === 'string') {
    if (name === 'answer') return normalised(JSON.parse(value), now)
    if (name === 'idempotencyKey') return value.replace(RANDOM_KEY, '<key>')
    if (!TIME.test(value)) return value
    const hours = Math.round((Date.parse(value) - now) / HOUR_MS)
    return hours > 0 ? `<in ${hours} hours>` : '<time>'
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => normalised(item, now))
    // In the order of keys of which the client makes some at random.
    return name === 'stockRequests'
      ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items
  }
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, normalised(inner, now, key)]),
  )
}
