import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Returns a path for a new database in its own folder, which is removed at disposal. */
export async function temporaryFile(): Promise<AsyncDisposable & { path: string; databaseUrl: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-proof-'))
  const path = join(folder, 'prebook.db')
  return {
    path,
    databaseUrl: `file:${path}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
