import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// In the repository rather than the system's temporary folder, which may be in memory, where a flush costs nothing.
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

/** A temporary folder on disk. Disposal removes it. */
export async function workFolder(): Promise<AsyncDisposable & { path: (name: string) => string }> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'bench-'))
  return {
    path: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
