import { TEST_MS } from '@prebook/testing/bounds'
import { execFile } from 'node:child_process'
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { formatMessage } from 'publint/utils'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The size of the script in bytes after gzip. */
const BUDGET = 12_000

const run = promisify(execFile)
const project = fileURLToPath(new URL('..', import.meta.url))

/** A folder of an application that has installed the package. */
let application: string
let installed: string
beforeAll(async () => {
  application = await mkdtemp(join(tmpdir(), 'prebook-button-'))
  installed = join(application, 'node_modules/@prebook/button')
  const tarball = join(application, 'button.tgz')
  await run('pnpm', ['pack', '--out', tarball], { cwd: project })
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
}, TEST_MS)
afterAll(() => rm(application, { recursive: true }))

test('is one classic script with its types, and needs no other package', async () => {
  const files: string[] = []
  for await (const name of glob('**/*.*', { cwd: installed })) files.push(name)
  expect(files.toSorted()).toEqual([
    'CHANGELOG.md',
    'README.md',
    'dist/button.d.ts',
    'dist/button.js',
    'package.json',
  ])
  const manifest = await readFile(join(installed, 'package.json'), 'utf8')
  expect(manifest).not.toMatch(/"(?:workspace|catalog):|"dependencies"/)
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test('stays within its size, and needs no permission of a page but to run', async () => {
  const script = await readFile(join(installed, 'dist/button.js'), 'utf8')
  expect(gzipSync(script).byteLength).toBeLessThanOrEqual(BUDGET)
  // A script with imports or exports would be a module. What is evaluated or parsed as HTML can be forbidden.
  expect(script).not.toMatch(/\bimport\b|\bexport\b|\beval\b|new Function|innerHTML|Worker\(/)
  expect(script).not.toMatch(/document\.cookie|localStorage|sessionStorage/)
})

test('types the element for applications', async () => {
  const script = `import '@prebook/button'
    document.createElement('prebook-button').setAttribute('isbn', '9780441013593')
    const known: HTMLElement | null = document.querySelector('prebook-button')
    // @ts-expect-error -- attributes are set with setAttribute
    document.createElement('prebook-button').isbn = known`
  await writeFile(join(application, 'page.ts'), script)
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--types',
    '',
  ]
  const compiler = [tsc, ...options, '--lib', 'es2022,dom', 'page.ts']
  expect((await run(process.execPath, compiler, { cwd: application })).stdout).toBe('')
})

test('can be imported on a server', async () => {
  expect('HTMLElement' in globalThis).toBe(false)
  await run(process.execPath, ['--input-type=module', '-e', "await import('@prebook/button')"], {
    cwd: application,
  })
})
