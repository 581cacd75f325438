/*
 * Packs the client, installs it from outside the workspace, and runs the story of examples/runtimes in every runtime against a
 * live server. Prints a table, and exits with 1 if one of them fails. Arguments select the rows whose names contain them. It is
 * not one of the tests, since it installs half a gigabyte from the registry.
 */
import { bound } from '@prebook/testing/bounds'
import { spawnApi } from '@prebook/testing/api'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { typeCheck } from '../src/testing/packed-consumers.ts'
import { mustRun } from '../src/testing/run-command.ts'
import { unusedAddress } from '../src/testing/servers.ts'

const INSTALL_MS = bound(300_000)
const STORY_MS = bound(60_000)

const root = fileURLToPath(new URL('..', import.meta.url))
const admin = { email: 'admin@example.org', password: 'a password for admins' }
const rows: { name: string; version: string; seconds: number; problem: string | null }[] = []

const folder = await mkdtemp(join(tmpdir(), 'prebook-matrix-'))
const tarball = join(folder, 'prebook-client.tgz')
/** A copy of examples/runtimes, with its packages. */
const app = join(folder, 'app')

/** The story of each page, by its name, and who waits for its result. */
const reports = new Map<string, (result: unknown) => void>()
/** Serves the page of examples/runtimes/browser and takes the results of pages. */
const pages = createServer((request, response) => {
  void servePage(String(request.url), request, (status, type, body) =>
    response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body),
  )
})
await once(pages.listen(0, '127.0.0.1'), 'listening')
const pagesUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
const [nextUrl, nowhere] = [await unusedAddress(), await unusedAddress()]
const api = await spawnApi({
  admin,
  env: { CORS_ORIGINS: `${pagesUrl},${nextUrl}`, REGISTRATIONS_PER_HOUR: '1000' },
})

/** The options of the story, as examples/runtimes/story.js describes them. */
const optionsOf = (name: string) => ({
  url: api.url,
  nowhere,
  admin,
  name,
  session: name.includes('cookie') ? 'cookie' : 'token',
  report: `${pagesUrl}/report/${encodeURIComponent(name)}`,
})

const installed = memo(async () => {
  await mustRun('pnpm', ['pack', '--out', tarball], root)
  await cp(join(root, '../../examples/runtimes'), app, {
    recursive: true,
    filter: (source) => !/node_modules|\.next|\/dist/.test(source.slice(root.length)),
  })
  await npmInstall(app, [tarball])
})
const bin = (name: string) => join(app, 'node_modules/.bin', name)

try {
  for (const major of [20, 22, 24]) {
    const node = memo(async () => {
      await installed()
      await npmInstall(join(folder, `node-${major}`), [`node@${major}`])
      return join(folder, `node-${major}/node_modules/node/bin/node`)
    })
    await check(`Node ${major}`, async (name) => runsStory(await node(), ['main.js'], name))
    await check(`Node ${major}, require()`, async (name) => runsStory(await node(), ['main.cjs'], name))
  }
  await check('Bun', async (name) => {
    await installed()
    return runsStory(bin('bun'), ['main.js'], name)
  })
  await check('Deno', async (name) => {
    await installed()
    const permissions = ['--allow-env', '--allow-net', '--node-modules-dir=manual']
    return runsStory(bin('deno'), ['run', ...permissions, 'main.js'], name, ['--version'])
  })
  await check('workerd', async (name) => {
    await installed()
    await build({
      root: app,
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: 'dist',
        lib: { entry: 'worker.js', formats: ['es'], fileName: () => 'worker.js' },
        rolldownOptions: { output: { codeSplitting: false } },
      },
    })
    const args = ['serve', 'worker.capnp', '--socket-addr', 'http=127.0.0.1:0', '--control-fd=1']
    await using workerd = await startProcess(bin('workerd'), args, {}, /"socket":"http","port":(\d+)/)
    const body = JSON.stringify(optionsOf(name))
    const signal = AbortSignal.timeout(STORY_MS)
    const response = await fetch(`http://127.0.0.1:${workerd.found}/`, { method: 'POST', body, signal })
    checkResult(await response.text())
    return mustRun(bin('workerd'), ['--version'], app)
  })
  const bundledPage = memo(async () => {
    await installed()
    await build({ root: join(app, 'browser'), configFile: false, logLevel: 'warn' })
  })
  for (const session of ['token', 'cookie']) {
    await check(`Chromium, another origin, ${session}`, async (name) => {
      await bundledPage()
      return runsPage(`${pagesUrl}/?name=${encodeURIComponent(name)}`, name)
    })
  }
  const next = memo(async () => {
    await installed()
    const env = { NEXT_TELEMETRY_DISABLED: '1', STORY: JSON.stringify(optionsOf('Next client component')) }
    await mustRun(bin('next'), ['build', 'next'], app, env, INSTALL_MS)
    const args = ['start', 'next', '--hostname', '127.0.0.1', '--port', new URL(nextUrl).port]
    return startProcess(bin('next'), args, env, /Ready/)
  })
  const nextVersion = async () => `${await versionOf(app, 'next')}, React ${await versionOf(app, 'react')}`
  try {
    await check('Next server component', async () => {
      await next()
      const response = await fetch(`${nextUrl}/server`, { signal: AbortSignal.timeout(STORY_MS) })
      const html = await response.text()
      const found = /<pre id="result">(.*?)<\/pre>/.exec(html)?.[1] ?? html
      checkResult(found.replaceAll('&quot;', '"'))
      return nextVersion()
    })
    await check('Next client component', async (name) => {
      await next()
      return `${await nextVersion()}, ${await runsPage(`${nextUrl}/client`, name)}`
    })
  } finally {
    if (next.started()) await (await next().catch(() => null))?.[Symbol.asyncDispose]()
  }
  await check('tRPC 11.19.0 with @trpc/react-query', async () =>
    runsApplication('trpc-11.19', [
      '@trpc/client@11.19.0',
      '@trpc/server@11.19.0',
      '@trpc/react-query@11.19.0',
      '@tanstack/react-query',
      'react',
      'react-dom',
    ]),
  )
  await check('tRPC 11.22.1 with @trpc/tanstack-react-query', async () =>
    runsApplication('trpc-11.22', [
      '@trpc/client@11.22.1',
      '@trpc/server@11.22.1',
      '@trpc/tanstack-react-query@11.22.1',
      '@tanstack/react-query',
      'react',
      'react-dom',
    ]),
  )
  await check('the newest tRPC, alone', async () => runsApplication('trpc-newest', []))
} finally {
  pages.close()
  pages.closeAllConnections()
  await api[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}

const width = Math.max(...rows.map(({ name }) => name.length))
const lines = rows.map(
  ({ name, version, seconds, problem }) =>
    `${problem === null ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${String(seconds).padStart(4)} s  ${problem ?? version}\n`,
)
process.stdout.write(`\n${lines.join('')}`)
const failed = rows.filter(({ problem }) => problem !== null).length
process.stdout.write(`${rows.length - failed} passed, ${failed} failed\n`)
if (failed > 0 || rows.length === 0) process.exitCode = 1

/**
 * Runs one row of the table.
 *
 * @param run returns the version of what it ran, and throws if something is wrong
 */
async function check(name: string, run: (name: string) => Promise<string>): Promise<void> {
  const selected = process.argv.slice(2)
  if (selected.length > 0 && !selected.some((word) => name.includes(word))) return
  process.stdout.write(`${name} …\n`)
  const started = performance.now()
  const outcome = await run(name).then(
    (version) => ({ version: version.trim().replaceAll(/\s*\n\s*/g, ', '), problem: null }),
    (error: unknown) => ({ version: '', problem: error instanceof Error ? error.message : String(error) }),
  )
  rows.push({ name, seconds: Math.round((performance.now() - started) / 1_000), ...outcome })
}

/** Runs the story with a command line in the folder of the examples. Returns the version of the command. */
async function runsStory(command: string, args: string[], name: string, forVersion = ['--version']) {
  const env = { STORY: JSON.stringify(optionsOf(name)), DENO_DIR: join(folder, 'deno') }
  checkResult(await mustRun(command, args, app, env, STORY_MS))
  return mustRun(command, forVersion, app, env)
}

/** Opens a page in Chromium and waits for the result that it reports. Returns the version of the browser. */
async function runsPage(url: string, name: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  reports.set(name, resolve)
  const browser = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path !== '' && existsSync(path),
  )
  if (browser === undefined) throw new Error('No Chromium was found. Set CHROMIUM_PATH.')
  const profile = `--user-data-dir=${join(folder, 'profile', name)}`
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', profile, url]
  await using opened = await startProcess(browser, args, {}, null)
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('The page reported no result.')), STORY_MS).unref()
  })
  checkResult(JSON.stringify(await Promise.race([promise, late, opened.ended])))
  return String((await mustRun(browser, ['--version'], app)).trim().split('\n').at(-1))
}

/**
 * Installs the package with others in one `npm install`, compiles the application in `consumer` and runs it against a new
 * server. Returns the versions of tRPC.
 */
async function runsApplication(name: string, more: string[]): Promise<string> {
  await installed()
  const target = join(folder, name)
  await cp(join(root, 'consumer'), target, { recursive: true })
  await npmInstall(target, [tarball, ...more])
  const copies: string[] = []
  const anywhere = '**/node_modules/@{trpc,prebook}/{client,server}/package.json'
  for await (const file of glob(anywhere, { cwd: target })) copies.push(file)
  assert.deepEqual(
    copies.toSorted(),
    ['@prebook/client', '@trpc/client', '@trpc/server'].map((each) => `node_modules/${each}/package.json`),
  )
  for (const resolution of ['nodenext', 'bundler'] as const) {
    // The declarations of older versions of tRPC refer to Node's and to those of `ws`, which applications may not have.
    const options = { skipLibCheck: more.length > 0 }
    const compiled = await typeCheck(target, ['types.ts', 'run.ts'], 'typescript', resolution, options)
    assert.deepEqual(compiled, { code: 0, output: '' })
  }
  await using own = await spawnApi({ admin })
  const env = { PREBOOK_URL: own.url, ADMIN_PASSWORD: admin.password }
  const output = await mustRun(process.execPath, ['run.ts'], target, env, STORY_MS)
  const { twice, watched, failures } = JSON.parse(output) as Record<string, unknown>
  assert.deepEqual(
    { twice, watched, failures },
    {
      twice: true,
      watched: ['waiting', 'notified'],
      failures: ['PREBOOK_DUPLICATE', 'AUTH_REQUIRED', 'unreachable'],
    },
  )
  return `client ${await versionOf(target, '@trpc/client')}, server ${await versionOf(target, '@trpc/server')}`
}

/** Checks what a story returned. */
function checkResult(text: string): void {
  const result: unknown = text.trim().startsWith('{') ? JSON.parse(text) : text
  assert.deepEqual(result, {
    signedIn: true,
    listed: true,
    watched: ['waiting', 'notified'],
    refused: 'refused',
    unreachable: 'unreachable',
  })
}

async function npmInstall(target: string, packages: string[]): Promise<void> {
  await mkdir(target, { recursive: true })
  const manifest = '{ "private": true, "type": "module" }'
  if (!existsSync(join(target, 'package.json'))) await writeFile(join(target, 'package.json'), manifest)
  await mustRun('npm', ['install', '--no-audit', '--no-fund', ...packages], target, {}, INSTALL_MS)
}

async function versionOf(target: string, name: string): Promise<string> {
  const text = await readFile(join(target, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Starts a process in the folder of the examples and waits until its output matches. It ends, with its children, on disposal. */
async function startProcess(
  command: string,
  args: string[],
  env: Record<string, string>,
  ready: RegExp | null,
) {
  const child = spawn(command, args, { cwd: app, env: { ...process.env, ...env }, detached: true })
  const ended = once(child, 'close')
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const match = ready?.exec(output)
      if (match) resolve(match[1] ?? match[0])
    })
  }
  const dispose = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid))
    await ended
  }
  if (ready === null) resolve('')
  setTimeout(() => reject(new Error(`${command} is not ready:\n${output}`)), STORY_MS).unref()
  const early = ended.then((): never => {
    throw new Error(`${command} exited:\n${output}`)
  })
  early.catch(reject)
  try {
    return { found: await promise, ended: early, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** Answers a request of a page. */
async function servePage(
  target: string,
  body: IncomingMessage,
  answer: (status: number, type: string, body: string | Buffer) => void,
): Promise<void> {
  const { pathname, searchParams } = new URL(target, pagesUrl)
  if (pathname.startsWith('/report/')) {
    reports.get(decodeURIComponent(pathname.slice('/report/'.length)))?.(await json(body))
    return answer(204, 'text/plain', '')
  }
  if (pathname === '/story.json')
    return answer(200, 'application/json', JSON.stringify(optionsOf(String(searchParams.get('name')))))
  const file = join(app, 'browser/dist', pathname === '/' ? 'index.html' : pathname)
  if (!existsSync(file)) return answer(404, 'text/plain', '')
  answer(200, extname(file) === '.html' ? 'text/html' : 'text/javascript', await readFile(file))
}

/** Remembers what an asynchronous function returned or threw. */
function memo<T>(make: () => Promise<T>): (() => Promise<T>) & { started(): boolean } {
  let made: Promise<T> | undefined
  return Object.assign(() => (made ??= make()), { started: () => made !== undefined })
}
