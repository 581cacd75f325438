import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates an empty temporary folder that is deleted when the test ends. */
export async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-test-'))
  return {
    path: (name: string) => join(folder, name),
    list: async () => (await readdir(folder)).toSorted(),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true })
    },
  }
}
