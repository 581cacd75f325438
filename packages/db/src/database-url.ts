/** The path of a SQLite database that `file:<path>` names, absolute or relative; null for any other address. */
export function sqlitePathOf(url: string): string | null {
  const scheme = 'file:'
  return url.startsWith(scheme) ? url.slice(scheme.length) : null
}

/** Whether an address names a PostgreSQL database, by either of the schemes that its own tools take. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:/.test(url)
}
