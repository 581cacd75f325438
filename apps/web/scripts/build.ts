import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** The most JavaScript that the first page may load, in bytes, gzip: the requirement is 150 kB. */
const FIRST_LOAD_BUDGET = 150_000

/** Below this, a compressed file saves nothing that counts. */
const WORTH_COMPRESSING = 1_000

const web = fileURLToPath(new URL('..', import.meta.url))
const root = join(web, '../..')
const dist = join(web, 'dist')
/** Which sources the build is of. The API sends no file without an ending. */
const stamp = join(dist, 'sources')

/** What a build depends on, seen from the root. */
const sources = [
  'apps/web/{index.html,package.json,vite.config.ts,scripts/build.ts}',
  'apps/web/{public,src}/**/*.*',
  'packages/client/src/**/*.ts',
  'pnpm-lock.yaml',
]

const { values: options } = parseArgs({ options: { 'if-needed': { type: 'boolean', default: false } } })
const wanted = await hashOfSources()
if (!options['if-needed'] || (await hashOfBuild()) !== wanted) await build()

async function build(): Promise<void> {
  const started = performance.now()
  // Only who builds needs Vite: a build that is up to date is served where it is not even installed.
  const vite = await import('vite')
  // Whoever builds while testing wants the page that readers get: React is another one, and larger, under NODE_ENV=test.
  process.env['NODE_ENV'] = 'production'
  // Built aside and moved: who serves, or builds at the same time, never finds half of a page.
  const aside = join(root, `node_modules/.cache/web-build-${process.pid}`)
  try {
    await vite.build({ root: web, logLevel: 'warn', build: { outDir: aside, emptyOutDir: true } })
    const firstLoad = await firstLoadOf(aside)
    await compress(aside)
    await writeFile(join(aside, 'sources'), wanted)
    if (firstLoad > FIRST_LOAD_BUDGET) {
      throw new Error(
        `The first page loads ${firstLoad} bytes of JavaScript (gzip); the budget is ${FIRST_LOAD_BUDGET}.`,
      )
    }
    await mkdir(web, { recursive: true })
    await rm(dist, { recursive: true, force: true })
    await rename(aside, dist)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(
      `The web page is built (${seconds} s): ${kilobytes(firstLoad)} of JavaScript at first load, gzip; the budget is ${kilobytes(FIRST_LOAD_BUDGET)}.\n`,
    )
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function hashOfSources(): Promise<string> {
  const names: string[] = []
  for await (const name of glob(sources, { cwd: root })) names.push(name)
  const hash = createHash('sha256')
  for (const name of names.filter((file) => !/\.test\.tsx?$/.test(file)).toSorted()) {
    hash.update(`${name}\0`).update(await readFile(join(root, name)))
  }
  return hash.digest('hex')
}

async function hashOfBuild(): Promise<string | null> {
  try {
    return await readFile(stamp, 'utf8')
  } catch {
    return null
  }
}

/** The scripts that the page names itself: what a browser must have before anything is shown. */
async function firstLoadOf(folder: string): Promise<number> {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => String(match[1]))
  if (named.length === 0) throw new Error('The built page names no script.')
  const sizes = named.map(async (name) => gzipSync(await readFile(join(folder, name))).byteLength)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Writes what the API sends to browsers that take it: once here, instead of at every request. */
async function compress(folder: string): Promise<void> {
  for await (const name of glob('**/*.{css,html,js,svg}', { cwd: folder })) {
    const path = join(folder, name)
    const content = await readFile(path)
    if (content.byteLength < WORTH_COMPRESSING) continue
    await writeFile(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }))
    await writeFile(
      `${path}.br`,
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    )
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
