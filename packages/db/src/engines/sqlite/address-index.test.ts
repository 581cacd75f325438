import { readFile } from 'node:fs/promises'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../open-store.ts'
import { eraseIdentity } from '../../queries/erasures.ts'
import { updateUser } from '../../queries/users.ts'
import { addUser } from '../../testing/rows.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

/** Letters that no other text of the file has. Each pair of them is in a trigram of the address. */
const unusual = '\u{a66e}\u{a9c1}\u{a9c2}\u{a66e}'

async function openFile() {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const file = folder.path('prebook.db')
  const store = disposables.adopt(await openStore(`file:${file}`), (it) => it.close())
  return { file, store, [Symbol.asyncDispose]: () => disposables.disposeAsync() }
}

test('no part of an erased address is in the bytes of the file, also of one that the account had before', async () => {
  await using database = await openFile()
  const { file, store } = database
  const id = await store.write((tx) => addUser(tx, { email: `before-${unusual}@example.org` }))
  // In between, so that the entries of the account are spread over several parts of the index.
  for (let count = 0; count < 40; count += 1)
    await store.write((tx) => addUser(tx, { email: `neighbour${count}@example.org` }))
  await store.write((tx) => updateUser(tx, id, { email: `after-${unusual}@example.net` }))
  await store.emptyLog()
  const parts = [unusual.slice(0, 2), unusual.slice(2), '\u{a9c1}\u{a9c2}']
  const bytes = async () => (await readFile(file)).toString('utf8')
  for (const part of parts) expect(await bytes()).toContain(part)
  await store.write((tx) => eraseIdentity(tx, id))
  await store.emptyLog()
  for (const part of parts) expect(await bytes()).not.toContain(part)
  expect(await bytes()).toContain('neighbour7@example.org')
})

test('the index is sound after any changes, and holds no copy of an address', async () => {
  await using database = await openFile()
  const { file, store } = database
  const ids: number[] = []
  for (let count = 0; count < 60; count += 1) {
    ids.push(await store.write((tx) => addUser(tx, { email: `somebody${count}@example.org` })))
    const at = (count * 7) % ids.length
    const id = ids[at] ?? 0
    if (count % 3 === 0) await store.write((tx) => updateUser(tx, id, { email: `other${count}@example.net` }))
    if (count % 5 === 0) {
      await store.write((tx) => eraseIdentity(tx, id))
      ids.splice(at, 1)
    }
    const undone = store.write(async (tx) => {
      await addUser(tx, { email: `undone${count}@example.org` })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
  }
  await store.write((tx) =>
    tx
      .deleteFrom('users')
      .where('id', '=', ids.at(-1) ?? 0)
      .execute(),
  )
  await store.close()
  using opened = new DisposableFile(file)
  // Compares the index with the addresses: https://www.sqlite.org/fts5.html#the_integrity_check_command
  opened.database.exec(`insert into address_index (address_index, rank) values ('integrity-check', 1)`)
  expect(opened.database.pragma('integrity_check', { simple: true })).toBe('ok')
  const shadows = opened.database
    .prepare(`select name from pragma_table_list where name like 'address_index_%' order by name`)
    .pluck()
    .all()
  expect(shadows).toEqual(['address_index_config', 'address_index_data', 'address_index_idx'])
})

class DisposableFile {
  readonly database: Sqlite.Database
  constructor(file: string) {
    this.database = new Sqlite(file)
  }
  [Symbol.dispose](): void {
    this.database.close()
  }
}
