import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

// Runs one test file: `node scripts/test-file.ts <file> [options of vitest]`. Vitest needs its package's folder to find its
// configuration, and an editor knows only the file.
const [file, ...options] = process.argv.slice(2)
if (file === undefined || !existsSync(file)) {
  process.stderr.write('Name a test file: node scripts/test-file.ts packages/db/src/queries/books.test.ts\n')
  process.exit(2)
}
const path = resolve(file)
let folder = dirname(path)
while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', ...options, path], { stdio: 'inherit', cwd: folder })
const [code] = (await once(child, 'exit')) as [number | null]
process.exitCode = code ?? 1
