import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'

// A process of its own: `node lock-holder.ts <file>` holds the write lock on a database, says "held", and lets go at the
// first input.
const [, , path = ''] = process.argv
const database = new DatabaseSync(path, { timeout: 10_000 })
database.exec('begin immediate')
process.stdout.write('held\n')
await once(process.stdin, 'data')
database.exec('commit')
database.close()
process.stdin.destroy()
