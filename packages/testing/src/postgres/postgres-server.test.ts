import { WAIT } from '../bounds.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { findPostgres } from './find-postgres.ts'
import { startPostgresServer } from './postgres-server.ts'

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' })
    return rows[0] ?? []
  } finally {
    await client.end()
  }
}

/** The folder with all files of a server. */
async function folderOf(url: string): Promise<string> {
  const [data] = await query(url, 'show data_directory')
  return dirname(String(data))
}

const kinds = ['machine', 'embedded'] as const

describe.each(kinds)('a server with the programs of: %s', (kind) => {
  test('has a superuser, keeps its data while it is halted, and leaves no files', async ({ skip }) => {
    const programs = (await findPostgres(kind)) ?? skip(`PostgreSQL not found: ${kind}`)
    const server = await startPostgresServer(programs)
    const folder = await folderOf(server.url)
    expect(await query(server.url, 'select usesuper from pg_user where usename = current_user')).toEqual([
      true,
    ])
    await query(server.url, 'create database kept')
    await server.halt()
    await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
    await server.resume()
    expect(await query(server.url, `select datname from pg_database where datname = 'kept'`)).toEqual([
      'kept',
    ])
    await server.stop()
    await server.stop()
    expect(existsSync(folder)).toBe(false)
    await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })
})

test('programs in a private folder of this user can be used', async ({ skip }) => {
  const programs = (await findPostgres('embedded')) ?? skip('the package has no binaries for this machine')
  const folder = await mkdtemp(join(tmpdir(), 'prebook-private-'))
  await cp(join(dirname(programs.postgres), '..'), folder, { recursive: true })
  for (const path of [folder, join(folder, 'bin'), join(folder, 'share')]) await chmod(path, 0o700)
  const bin = (name: string) => join(folder, 'bin', name)
  {
    await using server = await startPostgresServer({
      ...programs,
      initdb: bin('initdb'),
      postgres: bin('postgres'),
    })
    expect(await query(server.url, 'select 1')).toEqual([1])
  }
  await rm(folder, { recursive: true })
})

test('a configured password is required', async ({ skip }) => {
  const programs = (await findPostgres()) ?? skip('PostgreSQL not found')
  await using server = await startPostgresServer(programs, { password: 'p@ss:word' })
  expect(await query(server.url, 'select 1')).toEqual([1])
  const wrong = Object.assign(new URL(server.url), { password: 'guess' })
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
})

const program = `
  const { startPrivatePostgres } = await import(process.argv[1])
  const { url } = await startPrivatePostgres()
  console.log(url)
  setInterval(() => {}, 1000)
`

test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'the server stops and its folder is deleted when its parent process ends by %s',
  async (signal, { skip }) => {
    if ((await findPostgres()) === null) skip('PostgreSQL not found')
    const module = new URL('./index.ts', import.meta.url).href
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    const folder = await folderOf(url)
    expect(existsSync(folder)).toBe(true)
    child.kill(signal)
    await once(child, 'exit')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), WAIT)
    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  },
)
