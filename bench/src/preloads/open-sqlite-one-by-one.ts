const original = new URL('../../../packages/db/src/engines/sqlite/open-sqlite.ts', import.meta.url).href
type Open = (path: string, options: object) => unknown
const { openSqlite: open } = (await import(original)) as { openSqlite: Open }

/** The engine's own function, limited to one write per commit. */
export const openSqlite: Open = (path, options) => open(path, { ...options, limits: { batchWrites: 1 } })
