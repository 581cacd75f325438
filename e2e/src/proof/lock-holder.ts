import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'

// A separate process: `node lock-holder.ts <file>` takes the write lock on a database, prints "held", and releases the lock
// on the first input.
const [, , path = ''] = process.argv
const database = new DatabaseSync(path, { timeout: 10_000 })
database.exec('begin immediate')
process.stdout.write('held\n')
await once(process.stdin, 'data')
database.exec('commit')
database.close()
process.stdin.destroy()
