import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Beside the sources and not in the system's temporary folder, which may be in memory: there a flush costs nothing.
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

/** A folder of a figure's own on the disk, gone when it is done. */
export async function workFolder(): Promise<AsyncDisposable & { path: (name: string) => string }> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'bench-'))
  return {
    path: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
