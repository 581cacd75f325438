import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type OpenStoreOptions } from './open-store.ts'
import type { Store } from './store.ts'

/** A database of a test's own, gone when the test ends. */
export type TestDatabase = AsyncDisposable & {
  store: Store
  /** What `DATABASE_URL` would name; opening it again gives a second, independent connection. */
  url: string
}

/** An engine that tests loop over: every database test exists once and runs on each. */
export type TestEngine = { name: string; create(options?: OpenStoreOptions): Promise<TestDatabase> }

/** The engines that this machine can test. */
export const engines: readonly TestEngine[] = [{ name: 'sqlite', create: createSqlite }]

async function createSqlite(options: OpenStoreOptions = {}): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-test-'))
  const url = `file:${join(folder, 'prebook.db')}`
  const store = await openStore(url, options)
  return {
    store,
    url,
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}
