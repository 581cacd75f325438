import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { engines } from '@prebook/db/testing'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const guide = await readFile(join(root, 'docs/operating.md'), 'utf8')
const run = promisify(execFile)

/** The commands of the guide after a marker such as `<!-- tested: backup-sqlite -->`. */
function documented(name: string): string {
  const found = new RegExp(`<!-- tested: ${name} -->\\s+\`\`\`sh\\n([^]*?)\`\`\``).exec(guide)?.[1]
  if (found === undefined) throw new Error(`docs/operating.md has no commands with the marker ${name}.`)
  return found
}

/** Runs the commands as an operator would: from the root, with the variables that they use. */
async function runDocumented(
  name: string,
  variables: Record<string, string>,
  folder?: string,
): Promise<void> {
  const path = [...(folder === undefined ? [] : [folder]), process.env['PATH'] ?? ''].join(':')
  const env = {
    ...process.env,
    // Do not reinstall dependencies while other tests run.
    pnpm_config_verify_deps_before_run: 'false',
    ...variables,
    PATH: path,
  }
  await run('bash', ['-euo', 'pipefail', '-c', documented(name)], { cwd: root, env })
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'prebook-operating-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const admin = { email: 'admin@example.org', password: 'a password for tests' }
const reader = { email: 'reader@example.org', password: 'another password' }

async function call<T>(
  api: ApiProcess,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer as T
}

type Token = { access_token: string }
type Prebook = { id: number; book_id: number; book_title: string; status: string }

/** Creates an admin, a book and a reader's prebook. */
async function createPrebook(api: ApiProcess): Promise<Prebook> {
  await api.createAdmin(admin.email, admin.password)
  const { access_token: adminToken } = await call<Token>(api, 'POST', '/auth/login', admin)
  const book = { title: 'Dune', author: 'Frank Herbert', price: 19.99 }
  const { id } = await call<{ id: number }>(api, 'POST', '/books', book, adminToken)
  const { access_token: token } = await call<Token>(api, 'POST', '/auth/register', reader)
  return call<Prebook>(api, 'POST', '/prebooks', { book_id: id }, token)
}

/** Checks that the service has the acknowledged data and accepts new writes: a restock notifies the reader. */
async function expectToServe(api: ApiProcess, prebook: Prebook): Promise<void> {
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
  const { access_token: token } = await call<Token>(api, 'POST', '/auth/login', reader)
  const mine = async () => (await call<{ items: Prebook[] }>(api, 'GET', '/prebooks', undefined, token)).items
  expect(await mine()).toEqual([prebook])
  const { access_token: adminToken } = await call<Token>(api, 'POST', '/auth/login', admin)
  await call(api, 'PATCH', `/books/${prebook.book_id}/stock`, { quantity: 3 }, adminToken)
  expect(await mine()).toMatchObject([{ id: prebook.id, status: 'notified' }])
  const another = { title: 'Solaris', author: 'Stanislaw Lem', price: 9 }
  expect(await call<{ id: number }>(api, 'POST', '/books', another, adminToken)).toMatchObject({
    id: prebook.book_id + 1,
  })
}

/** The folder with psql, pg_dump and pg_restore of the server's version, or null. */
async function serverPrograms(url: string): Promise<string | null> {
  const folders = []
  for await (const folder of glob('/usr/lib/postgresql/*/bin')) folders.push(folder)
  for (const folder of [...folders, ...(process.env['PATH'] ?? '').split(':')]) {
    try {
      const { stdout: server } = await run(join(folder, 'psql'), [url, '-Atc', 'show server_version_num'])
      const { stdout: dump } = await run(join(folder, 'pg_dump'), ['--version'])
      if (Math.floor(Number(server) / 10_000) === Number(/\d+/.exec(dump)?.[0])) return folder
    } catch {
      // Not in this folder.
    }
  }
  return null
}

describe('the commands in docs/operating.md', () => {
  test('back up a SQLite database in use, and restore it', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'prebook.db')
    const variables = { DATA: data, DATABASE_URL: `file:${data}`, BACKUP: join(folder.path, 'backup.db') }
    await using api = await spawnApi({ databaseUrl: variables.DATABASE_URL })
    const prebook = await createPrebook(api)
    await runDocumented('backup-sqlite', variables)
    // The kill leaves the last writes in the write-ahead log, which must not be applied to the restored file.
    const { access_token: token } = await call<Token>(api, 'POST', '/auth/login', admin)
    await call(api, 'PATCH', `/books/${prebook.book_id}/stock`, { quantity: 1 }, token)
    await api.stop('SIGKILL')
    await runDocumented('restore-sqlite', variables)
    await using restored = await spawnApi({ databaseUrl: variables.DATABASE_URL })
    await expectToServe(restored, prebook)
  })
})

const onPostgres = engines.filter((engine) => engine.name === 'postgres')
describe.each(onPostgres)('the commands in docs/operating.md for a database on $name', (engine) => {
  test('back it up while in use, and restore it next to the old one', async ({ skip }) => {
    await using database = await engine.createEmpty()
    const programs = await serverPrograms(database.url)
    if (programs === null) skip('This machine has no pg_dump of its server’s version.')
    await using folder = await temporaryFolder()
    await using restoredDatabase = await engine.createEmpty()
    const variables = { DATABASE_URL: database.url, BACKUP: join(folder.path, 'backup.dump') }
    await using api = await spawnApi({ databaseUrl: database.url })
    const prebook = await createPrebook(api)
    await runDocumented('backup-postgres', variables, programs ?? '')
    await api.stop()
    const restore = { ...variables, RESTORED_URL: restoredDatabase.url }
    await runDocumented('restore-postgres', restore, programs ?? '')
    await using restored = await spawnApi({ databaseUrl: restoredDatabase.url })
    await expectToServe(restored, prebook)
  })

  test('move a SQLite database to it', async () => {
    await using folder = await temporaryFolder()
    await using target = await engine.createEmpty()
    const variables = { DATA: join(folder.path, 'prebook.db'), TARGET_URL: target.url }
    await using api = await spawnApi({ databaseUrl: `file:${variables.DATA}` })
    const prebook = await createPrebook(api)
    // Refused while the service runs.
    await expect(runDocumented('move', variables)).rejects.toThrow(/is in use: stop every Prebook/)
    await api.stop()
    await runDocumented('move', variables)
    await using moved = await spawnApi({ databaseUrl: target.url })
    await expectToServe(moved, prebook)
  })
})
