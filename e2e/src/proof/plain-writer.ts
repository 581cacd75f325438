import { DatabaseSync } from 'node:sqlite'

// A separate process: `node plain-writer.ts <file> <synchronous> <commits>` makes that number of commits in WAL mode.
const [, , path = '', synchronous = '', commits = ''] = process.argv
const database = new DatabaseSync(path)
database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; create table numbers (number)`)
const insert = database.prepare('insert into numbers values (?)')
for (let number = 1; number <= Number(commits); number += 1) insert.run(number)
database.close()
