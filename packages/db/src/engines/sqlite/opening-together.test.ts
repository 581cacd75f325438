import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../open-store.ts'
import { addUser } from '../../testing/rows.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { countTurns } from '../../testing/count-turns.ts'

/**
 * The program of one process: it loads its modules, prints `ready`, waits for input, then opens the store and writes.
 */
const PROGRAM = `
  import { openStore } from ${JSON.stringify(new URL('../../open-store.ts', import.meta.url).href)}
  import { addUser } from ${JSON.stringify(new URL('../../testing/rows.ts', import.meta.url).href)}
  console.log('ready')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const store = await openStore(process.env.URL_TO_OPEN)
  await store.write((tx) => addUser(tx, { email: process.pid + '@example.org' }))
  await store.close()
  process.exit(0)
`

function start(url: string) {
  const child = spawnNode(['--input-type=module', '-e', PROGRAM], {
    env: { ...process.env, URL_TO_OPEN: url },
    stdin: 'pipe',
  })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  return {
    ready: once(child.stdout, 'data'),
    go: () => child.stdin.write('go\n'),
    ended: once(child, 'close').then(([code]) => ({ code, stderr })),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

test('processes that start together on a new file all open it, and one of them migrates', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  using disposables = new DisposableStack()
  const processes = Array.from({ length: 3 }, () => disposables.use(start(`file:${file}`)))
  await Promise.all(processes.map((it) => it.ready))
  for (const it of processes) it.go()
  const ends = await Promise.all(processes.map((it) => it.ended))
  expect(ends).toEqual(ends.map(() => ({ code: 0, stderr: '' })))

  const database = disposables.adopt(new Sqlite(file), (it) => void it.close())
  expect(database.prepare('select count(*) from users').pluck().get()).toBe(3)
  expect(database.prepare('select name from kysely_migration').pluck().all()).toContain('0001-initial')
})

test('opening waits for another process that has locked a new file, without blocking the event loop', async () => {
  await using folder = await temporaryFolder()
  const file = folder.path('prebook.db')
  using disposables = new DisposableStack()
  const other = disposables.adopt(new Sqlite(file), (it) => void it.close())
  other.exec('begin exclusive')
  using eventLoop = countTurns()
  let settled = false
  const opening = openStore(`file:${file}`).finally(() => (settled = true))
  await eventLoop.reach(50)
  expect(settled).toBe(false)
  other.exec('commit')
  const store = await opening
  expect(await store.write((tx) => addUser(tx))).toBe(1)
  await store.close()
  other.close()
  expect(await folder.list()).toEqual(['prebook.db'])
})
