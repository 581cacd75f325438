import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { WAIT_MS } from '@prebook/testing/bounds'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const programs = join(root, 'node_modules/.bin')

const admin = { email: 'admin@example.org', password: 'a password for tests' }
let api: ApiProcess
beforeAll(async () => {
  api = await spawnApi({ admin })
})
afterAll(() => api[Symbol.asyncDispose]())

async function post(path: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Record<string, unknown>
}

async function addBook(isbn: string): Promise<void> {
  const { access_token: token } = await post('/auth/login', admin)
  await post('/books', { title: 'Dune', author: 'Frank Herbert', price: 19.99, isbn }, String(token))
}

/** What a TypeScript application has in its configuration. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    outDir: 'dist',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    rewriteRelativeImportExtensions: true,
    types: ['node'],
  },
  include: ['.'],
}

/** An application that knows the service by its OpenAPI document only. */
async function startApplication(job: string) {
  await using setUp = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'prebook-generated-'))
  setUp.defer(() => rm(folder, { recursive: true, force: true }))
  const document = await fetch(`${api.url}/openapi.json`)
  await writeFile(join(folder, 'openapi.json'), await document.text())
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await copyFile(join(root, 'jobs', job), join(folder, 'job.ts'))
  const program = async (name: string, ...args: string[]) => {
    const env = { ...process.env, DO_NOT_TRACK: '1', HEY_API_TELEMETRY_DISABLED: '1', CI: '1' }
    const { stdout } = await run(name, args, { cwd: folder, env, timeout: WAIT_MS })
    return stdout
  }
  const disposables = setUp.move()
  return {
    generate: (name: string, ...args: string[]) => program(join(programs, name), ...args),
    compile: () => program(join(programs, 'tsc'), '-p', '.'),
    async run(email: string, isbn: string): Promise<unknown> {
      const { email: adminEmail, password } = admin
      return JSON.parse(
        await program(process.execPath, 'dist/job.js', api.url, email, adminEmail, password, isbn),
      )
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

const outcome = {
  price: 19.99,
  code: 'PREBOOK_DUPLICATE',
  waiting: ['waiting', 1],
  stock: 3,
  notified: ['notified', null],
  cancelled: 204,
  after: ['cancelled', null],
}

test('a client by openapi-typescript and openapi-fetch compiles and does the whole job', async () => {
  const isbn = '978-0-441-01359-3'
  await addBook(isbn)
  await using application = await startApplication('openapi-fetch.ts')
  await application.generate('openapi-typescript', 'openapi.json', '--output', 'schema.ts')
  await application.compile()
  expect(await application.run('one@example.org', isbn)).toEqual(outcome)
})

test('a client by Hey API compiles and does the whole job, and reads the stream', async () => {
  const isbn = '978-3-16-148410-0'
  await addBook(isbn)
  await using application = await startApplication('hey-api.ts')
  await application.generate('openapi-ts', '--input', 'openapi.json', '--output', 'client')
  await application.compile()
  expect(await application.run('two@example.org', isbn)).toEqual({
    ...outcome,
    watched: ['waiting', 'notified'],
  })
})
