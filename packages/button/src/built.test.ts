import { mkdtempDisposable, readFile, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildButton } from '../scripts/build.ts'

/** The size of the script in bytes after gzip. */
const BUDGET = 12_000

test('the button is one classic script within its budget, with its types', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'prebook-button-'))
  await buildButton(folder.path, { types: true })
  expect((await readdir(folder.path)).toSorted()).toEqual(['button.d.ts', 'button.js'])
  const script = await readFile(join(folder.path, 'button.js'), 'utf8')
  expect(gzipSync(script).byteLength).toBeLessThanOrEqual(BUDGET)
  // A script with imports or exports would be a module. What is evaluated or parsed as HTML needs a permission of the page's policy.
  expect(script).not.toMatch(
    /\bimport\b|\bexport\b|\beval\b|new Function|innerHTML|document\.cookie|localStorage/,
  )
  // Types need nothing that is not published.
  expect(await readFile(join(folder.path, 'button.d.ts'), 'utf8')).not.toContain('@prebook/core')
})

test('a server can import it', async () => {
  expect('HTMLElement' in globalThis).toBe(false)
  expect(Object.keys(await import('./index.ts'))).toEqual([])
})
