import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { addBook, addDelivery, addMovement, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { DERIVED_TABLES } from './derived-tables.ts'
import { copyDatabase, type CopyProgress } from './copy-database.ts'
import { readAllRows, withStore, postgres, createDatabases } from '../testing/copy-databases.ts'
import { addCrowd, MAX_ID } from '../testing/copied-story.ts'

describe.skipIf(!postgres.available)('a copy from SQLite to PostgreSQL', () => {
  test('copies every row of every table unchanged', async () => {
    await using databases = await createDatabases()
    const bytes = await readFile(databases.from.slice('file:'.length))
    const result = await copyDatabase(databases.from, databases.to)
    expect((await readFile(databases.from.slice('file:'.length))).equals(bytes)).toBe(true)

    const [source, copy] = [await readAllRows(databases.from), await readAllRows(databases.to)]
    expect(copy).toEqual(source)
    // Triggers of the target have filled the derived tables, with the same rows.
    const copied = Object.entries(copy).filter(([table]) => !DERIVED_TABLES.includes(table))
    const counts = copied.map(([table, rows]) => [table, rows.length])
    const counted = Object.fromEntries(result.tables.map(({ table, rows }) => [table, rows]))
    expect(counted).toEqual(Object.fromEntries(counts))
    // Only what the sample covers is tested: a new table or column needs a row there.
    for (const [table, rows] of Object.entries(copy)) {
      expect(rows, table).not.toEqual([])
      for (const column of Object.keys(rows[0] ?? {})) {
        expect(
          rows.some((row) => row[column] !== null),
          `${table}.${column} is filled somewhere`,
        ).toBe(true)
      }
    }
  })

  test('continues ids after the highest one, also in empty tables', async () => {
    await using databases = await createDatabases()
    await copyDatabase(databases.from, databases.to)
    await withStore(databases.to, async (store) => {
      const added = store.write(async (tx) => {
        const book_id = await addBook(tx)
        const waitlist_id = await addWaitlist(tx, { book_id })
        const prebook_id = await addPrebook(tx, { waitlist_id })
        return [
          book_id,
          waitlist_id,
          prebook_id,
          await addMovement(tx, { book_id }),
          await addDelivery(tx, { prebook_id }),
        ]
      })
      expect(await added).toEqual([5, 4, MAX_ID, MAX_ID, 4])
    })
    await using empty = await createDatabases(async () => {})
    await copyDatabase(empty.from, empty.to)
    await withStore(empty.to, async (store) => {
      expect(await store.write((tx) => addUser(tx))).toBe(1)
      expect(await store.write((tx) => addBook(tx))).toBe(1)
    })
  })

  test('copies many batches, and reports progress', async () => {
    await using databases = await createDatabases((store) => store.write((tx) => addCrowd(tx, 9_001)))
    const reported: CopyProgress[] = []
    const result = await copyDatabase(databases.from, databases.to, (progress) => reported.push(progress))
    expect(result.tables).toContainEqual(expect.objectContaining({ table: 'prebooks', rows: 9_001 }))
    for (const step of ['copying', 'checking'] as const) {
      const done = reported.filter((it) => it.step === step && it.table === 'prebooks').map((it) => it.done)
      expect(done.length).toBeGreaterThan(3)
      expect(done).toEqual(done.toSorted((a, b) => a - b))
      expect(done.at(-1)).toBe(9_001)
    }
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
  })

  test('makes a service that starts on the source wait until the copy ends', async () => {
    await using databases = await createDatabases((store) => store.write((tx) => addCrowd(tx, 5_000)))
    let opening: Promise<Store> | undefined
    let opened = false
    await copyDatabase(databases.from, databases.to, () => {
      opening ??= openStore(databases.from).finally(() => (opened = true))
      expect(opened).toBe(false)
    })
    const store = await opening
    await store?.close()
    expect(opened).toBe(true)
  })

  test('names the row that PostgreSQL cannot store, and succeeds once it is fixed', async () => {
    await using databases = await createDatabases()
    await withStore(databases.from, (store) =>
      store.write((tx) => addMovement(tx, { id: 77, book_id: 1, actor_id: 1, note: 'a\0b' })),
    )
    await expect(copyDatabase(databases.from, databases.to)).rejects.toThrow(
      /row of stock_movements with id 77 has a NUL character \(U\+0000\) in note/,
    )
    await withStore(databases.from, (store) =>
      store.write((tx) =>
        tx.updateTable('stock_movements').set({ note: 'ab' }).where('id', '=', 77).execute(),
      ),
    )
    await copyDatabase(databases.from, databases.to)
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
  })
})
