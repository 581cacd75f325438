import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'
import { StoreOpenError } from '../store.ts'
import { addUser } from '../testing/rows.ts'
import { copyDatabase } from './copy-database.ts'
import {
  everything,
  inStore,
  postgres,
  prepare,
  refusalOf,
  type Databases,
} from '../testing/copy-databases.ts'
import { addCrowd, tellCopiedStory } from '../testing/copied-story.ts'

/** A copy as a process of its own, that says when it has come as far as a table and a step. */
function startCopy({ from, to }: Databases) {
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
    /** Kills it at its nth line, with no chance to tidy up. */
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
  test('leaves a database that no service starts on, and is finished by the same command', async () => {
    await using databases = await prepare(async (store) => {
      await store.write(tellCopiedStory)
      await store.write((tx) => addCrowd(tx, 6_000))
    })
    for (const line of [1, 3, 6, 12, 20, 26]) {
      expect(await startCopy(databases).killAt(line)).not.toBe('complete')
      const refusal = await refusalOf(openStore(databases.to))
      expect(refusal).toBeInstanceOf(StoreOpenError)
      expect(String(refusal)).toMatch(/run the same pnpm database:copy again/)
    }
    expect(await startCopy(databases).killAt(Infinity)).toBe('complete')
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
    await inStore(databases.to, async (store) => {
      expect(await store.write((tx) => addUser(tx))).toBe(6_003)
    })
  })

  test('by a connection that is lost says so, and can be started again', async () => {
    await using databases = await prepare((store) => store.write((tx) => addCrowd(tx, 6_000)))
    for (const step of ['copying', 'checking'] as const) {
      let cut: Promise<unknown> | undefined
      const copy = copyDatabase(databases.from, databases.to, (progress) => {
        if (progress.step === step && progress.done > 0) cut ??= postgres.cutConnections?.(databases.to)
      })
      await expect(copy).rejects.toThrow(/went away.*: nothing was copied. Start the same copy again/)
      await cut
      expect(await refusalOf(openStore(databases.to))).toBeInstanceOf(StoreOpenError)
    }
    await copyDatabase(databases.from, databases.to)
    expect(await everything(databases.to)).toEqual(await everything(databases.from))
  })
})
