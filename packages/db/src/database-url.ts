/** The absolute or relative path in an address of the form `file:<path>`; null for any other address. */
export function sqlitePathOf(url: string): string | null {
  const scheme = 'file:'
  return url.startsWith(scheme) ? url.slice(scheme.length) : null
}

/** Whether an address names a PostgreSQL database, with either scheme that PostgreSQL's own tools accept. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:/.test(url)
}
