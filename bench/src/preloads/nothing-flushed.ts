import Sqlite from 'better-sqlite3'

// The real service as it would be if its commits were not flushed: it asks for synchronous = FULL, gets OFF, and is told
// FULL. Loaded before the API by the bench alone; the service itself has no such switch.
const real = Sqlite.prototype as {
  pragma: (this: Sqlite.Database, source: string, options?: object) => unknown
}
const { pragma } = real
real.pragma = function pragmaWithoutFlush(source, options) {
  if (/^synchronous\s*=/i.test(source)) return pragma.call(this, 'synchronous = OFF')
  if (/^synchronous$/i.test(source)) return 2
  return pragma.call(this, source, options)
}
