import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchRecord } from '../frame/record.ts'
import { fillBlocks, reportBlocks } from './markdown.ts'
import { plots } from './plots.ts'

// Writes the tables and plots of docs/performance.md. `pnpm bench:report <file>` stores the run as bench/record.json first;
// without a file, the stored run is used.
const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const stored = root('bench/record.json')
const page = root('docs/performance.md')
const folder = root('docs/plots')

const [given] = process.argv.slice(2)
if (given !== undefined) await copyFile(given, stored)
const record = JSON.parse(await readFile(stored, 'utf8')) as BenchRecord
await rm(folder, { recursive: true, force: true })
await mkdir(folder)
const drawn = plots(record)
for (const [name, svg] of drawn) await writeFile(`${folder}/${name}.svg`, svg)
const text = fillBlocks(await readFile(page, 'utf8'), reportBlocks(record, [...drawn.keys()]))
await writeFile(page, text)
await promisify(execFile)(root('node_modules/.bin/oxfmt'), [stored, page])
process.stdout.write(`Wrote docs/performance.md and ${drawn.size} plots.\n`)
