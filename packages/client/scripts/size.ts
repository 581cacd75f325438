import { glob, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The size of each file of the built client in bytes, without source maps, which only debuggers load. */
export async function sizesOf(dist: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for await (const file of glob(join(dist, '*.{js,cjs,d.ts,d.cts}')))
    sizes[basename(file)] = (await stat(file)).size
  return sizes
}

if (import.meta.main) {
  const sizes = await sizesOf(fileURLToPath(new URL('../dist', import.meta.url)))
  for (const [file, bytes] of Object.entries(sizes).toSorted(([a], [b]) => a.localeCompare(b))) {
    process.stdout.write(`${String(bytes).padStart(6)} bytes  ${file}\n`)
  }
}
