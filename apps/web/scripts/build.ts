import { createHash } from 'node:crypto'
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** JavaScript that the first page may load, in bytes after gzip. The requirement is 150 kB. */
const FIRST_LOAD_BUDGET = 150_000

/** Size of the fonts that a page in English loads, in bytes. WOFF2 is already compressed. */
const FONT_BUDGET = 60_000

/** Smaller files, in bytes, are not compressed: the saving is negligible. */
const MIN_COMPRESSED_SIZE = 1_000

const web = fileURLToPath(new URL('..', import.meta.url))
const root = join(web, '../..')
const dist = join(web, 'dist')
/** Holds the hash of the sources. The API serves no file without an extension, so this one stays private. */
const stamp = join(dist, 'sources')

/** Files that a build depends on, relative to the root. */
const sources = [
  'apps/web/{index.html,package.json,vite.config.ts,scripts/build.ts}',
  'apps/web/{public,src}/**/*.*',
  'packages/{book-files,button,client,core}/src/**/*.ts',
  'packages/button/scripts/build.ts',
  'pnpm-lock.yaml',
]

const { values: options } = parseArgs({ options: { 'if-needed': { type: 'boolean', default: false } } })
const sourcesHash = await hashOfSources()
if (!options['if-needed'] || (await hashOfBuild()) !== sourcesHash) await build()

async function build(): Promise<void> {
  const started = performance.now()
  // Loaded only to build: an up-to-date build needs no Vite, which may not be installed.
  const vite = await import('vite')
  const { buildButton } = await import('@prebook/button/build')
  // Under NODE_ENV=test React would be its larger development build, which readers never get.
  process.env['NODE_ENV'] = 'production'
  // Built in a temporary folder and moved: a server or a concurrent build never sees half a page.
  const temporary = join(root, `node_modules/.cache/web-build-${process.pid}`)
  try {
    await vite.build({ root: web, logLevel: 'warn', build: { outDir: temporary, emptyOutDir: true } })
    await buildButton(temporary, { types: false })
    const firstLoad = await firstLoadOf(temporary)
    const fonts = await fontsOf(temporary)
    await compress(temporary)
    await writeFile(join(temporary, 'sources'), sourcesHash)
    if (firstLoad > FIRST_LOAD_BUDGET) {
      throw new Error(
        `The first page loads ${firstLoad} bytes of JavaScript (gzip). The budget is ${FIRST_LOAD_BUDGET} bytes.`,
      )
    }
    if (fonts > FONT_BUDGET) {
      throw new Error(`The page loads ${fonts} bytes of fonts. The budget is ${FONT_BUDGET} bytes.`)
    }
    await mkdir(web, { recursive: true })
    await rm(dist, { recursive: true, force: true })
    await rename(temporary, dist)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(
      `Built the web page in ${seconds} s. JavaScript at first load: ${kilobytes(firstLoad)} (gzip, budget ${kilobytes(FIRST_LOAD_BUDGET)}). Fonts: ${kilobytes(fonts)} (budget ${kilobytes(FONT_BUDGET)}).\n`,
    )
  } finally {
    await rm(temporary, { recursive: true, force: true })
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

/** Size of the scripts named in the HTML, which a browser needs before it shows anything: bytes after gzip. */
async function firstLoadOf(folder: string): Promise<number> {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => String(match[1]))
  if (named.length === 0) throw new Error('The built page has no script.')
  const sizes = named.map(async (name) => gzipSync(await readFile(join(folder, name))).byteLength)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Size of the `latin` subsets, in bytes. Browsers load the `latin-ext` subsets only for the few characters in them. */
async function fontsOf(folder: string): Promise<number> {
  let total = 0
  for await (const name of glob('**/*.woff2', { cwd: folder })) {
    if (!name.includes('latin-ext')) total += (await readFile(join(folder, name))).byteLength
  }
  if (total === 0) throw new Error('The built page has no fonts.')
  return total
}

/** Compresses files once at build time, so that the API does not compress them on each request. */
async function compress(folder: string): Promise<void> {
  for await (const name of glob('**/*.{css,html,js,svg}', { cwd: folder })) {
    const path = join(folder, name)
    const content = await readFile(path)
    if (content.byteLength < MIN_COMPRESSED_SIZE) continue
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
