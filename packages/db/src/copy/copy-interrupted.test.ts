import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { StoreOpenError } from '../store.ts'
import { addUser } from '../testing/rows.ts'
import { copyDatabase } from './copy-database.ts'
import {
  readAllRows,
  withStore,
  postgres,
  createDatabases,
  refusalOf,
  type CopyUrls,
} from '../testing/copy-databases.ts'
import { addCrowd, insertSampleRows } from '../testing/copied-story.ts'

/** Starts a copy in a separate process that prints its progress. */
function startCopy({ from, to }: CopyUrls) {
  const program = `
    import { copyDatabase } from ${JSON.stringify(new URL('./copy-database.ts', import.meta.url).href)}
    await copyDatabase(process.env.FROM, process.env.TO, ({ step, table, done }) => console.log(step, table, done))
    console.log('complete')
  `
  const child = spawnNode(['--input-type=module', '-e', program], {
    env: { ...process.env, FROM: from, TO: to },
  })
  const closed = once(child, 'close')
  return {
    /** Kills the process at its nth line of output, without cleanup. Returns the last line. */
    async killAt(line: number): Promise<string> {
      let seen = 0
      let last = ''
      for await (const text of createInterface(child.stdout)) {
        last = text
        seen += 1
        if (seen === line) child.kill('SIGKILL')
      }
      await closed
      return last
    },
  }
}

describe.skipIf(!postgres.available)('a copy that is interrupted', () => {
  test('leaves a database that no service starts on, and completes when run again', async () => {
    await using databases = await createDatabases(async (store) => {
      await store.write(insertSampleRows)
      await store.write((tx) => addCrowd(tx, 6_000))
    })
    for (const line of [1, 3, 6, 12, 20, 26]) {
      expect(await startCopy(databases).killAt(line)).not.toBe('complete')
      const refusal = await refusalOf(openStore(databases.to))
      expect(refusal).toBeInstanceOf(StoreOpenError)
      expect(String(refusal)).toMatch(/run the same pnpm database:copy again/)
    }
    expect(await startCopy(databases).killAt(Infinity)).toBe('complete')
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
    await withStore(databases.to, async (store) => {
      expect(await store.write((tx) => addUser(tx))).toBe(6_005)
    })
  })

  test('by a lost connection reports it, and can be run again', async () => {
    await using databases = await createDatabases((store) => store.write((tx) => addCrowd(tx, 6_000)))
    for (const step of ['copying', 'checking'] as const) {
      let cut: Promise<unknown> | undefined
      const copy = copyDatabase(databases.from, databases.to, (progress) => {
        if (progress.step === step && progress.done > 0) cut ??= postgres.cutConnections?.(databases.to)
      })
      await expect(copy).rejects.toThrow(
        /closed the connection.*: nothing was copied. Run the same copy again/,
      )
      await cut
      expect(await refusalOf(openStore(databases.to))).toBeInstanceOf(StoreOpenError)
    }
    await copyDatabase(databases.from, databases.to)
    expect(await readAllRows(databases.to)).toEqual(await readAllRows(databases.from))
  })
})
