const deep = new URL('../../../packages/db/src/engines/sqlite/open-sqlite.ts', import.meta.url).href
type Open = (path: string, options: object) => unknown
const { openSqlite: open } = (await import(deep)) as { openSqlite: Open }

/** The engine's own, with one write in a commit. */
export const openSqlite: Open = (path, options) => open(path, { ...options, limits: { batchWrites: 1 } })
