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

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' })
    return rows[0] ?? []
  } finally {
    await client.end()
  }
}

/** The folder that holds everything of a server. */
async function folderOf(url: string): Promise<string> {
  const [data] = await ask(url, 'show data_directory')
  return dirname(String(data))
}

const kinds = ['machine', 'embedded'] as const

describe.each(kinds)('a server out of the programs of: %s', (kind) => {
  test('serves as its superuser, keeps its data while it is halted, and leaves nothing', async ({ skip }) => {
    const programs = (await findPostgres(kind)) ?? skip(`there is none of ${kind}`)
    const server = await startPostgresServer(programs)
    const folder = await folderOf(server.url)
    expect(await ask(server.url, 'select usesuper from pg_user where usename = current_user')).toEqual([true])
    await ask(server.url, 'create database kept')
    await server.halt()
    await expect(ask(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
    await server.resume()
    expect(await ask(server.url, `select datname from pg_database where datname = 'kept'`)).toEqual(['kept'])
    await server.stop()
    await server.stop()
    expect(existsSync(folder)).toBe(false)
    await expect(ask(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  })
})

test('programs in a folder that is private to this user are run nevertheless', async ({ skip }) => {
  const programs = (await findPostgres('embedded')) ?? skip('the package has no programs for this machine')
  const folder = await mkdtemp(join(tmpdir(), 'prebook-private-'))
  await cp(join(dirname(programs.postgres), '..'), folder, { recursive: true })
  for (const place of [folder, join(folder, 'bin'), join(folder, 'share')]) await chmod(place, 0o700)
  const bin = (name: string) => join(folder, 'bin', name)
  {
    await using server = await startPostgresServer({
      ...programs,
      initdb: bin('initdb'),
      postgres: bin('postgres'),
    })
    expect(await ask(server.url, 'select 1')).toEqual([1])
  }
  await rm(folder, { recursive: true })
})

test('a password that was set is asked for', async ({ skip }) => {
  const programs = (await findPostgres()) ?? skip('there is no PostgreSQL')
  await using server = await startPostgresServer(programs, { password: 'p@ss:word' })
  expect(await ask(server.url, 'select 1')).toEqual([1])
  const wrong = Object.assign(new URL(server.url), { password: 'guess' })
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
})

const starting = `
  const { startPrivatePostgres } = await import(process.argv[1])
  const { url } = await startPrivatePostgres()
  console.log(url)
  setInterval(() => {}, 1000)
`

test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'the server ends with the process that started it, by %s too, and its folder with it',
  async (signal, { skip }) => {
    if ((await findPostgres()) === null) skip('there is no PostgreSQL')
    const module = new URL('./index.ts', import.meta.url).href
    const child = spawn(process.execPath, ['--input-type=module', '-e', starting, module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    const folder = await folderOf(url)
    expect(existsSync(folder)).toBe(true)
    child.kill(signal)
    await once(child, 'exit')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), WAIT)
    await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  },
)
