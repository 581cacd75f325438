import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchRecord } from '../frame/record.ts'
import { fillBlocks, reportBlocks } from './markdown.ts'
import { plots } from './plots.ts'

// Writes what docs/performance.md shows out of a run: `pnpm bench:report <file>` makes the run the one that is kept,
// without a file everything is written anew from the one that is.
const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const kept = root('bench/record.json')
const page = root('docs/performance.md')
const folder = root('docs/plots')

const [given] = process.argv.slice(2)
if (given !== undefined) await copyFile(given, kept)
const record = JSON.parse(await readFile(kept, 'utf8')) as BenchRecord
await rm(folder, { recursive: true, force: true })
await mkdir(folder)
const drawn = plots(record)
for (const [name, svg] of drawn) await writeFile(`${folder}/${name}.svg`, svg)
const text = fillBlocks(await readFile(page, 'utf8'), reportBlocks(record, [...drawn.keys()]))
await writeFile(page, text)
await promisify(execFile)(root('node_modules/.bin/oxfmt'), [kept, page])
process.stdout.write(`Wrote docs/performance.md and ${drawn.size} plots.\n`)
