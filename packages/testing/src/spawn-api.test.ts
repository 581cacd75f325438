import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { spawnApi } from './spawn-api.ts'

test('each API has its own port and a temporary database that is deleted at the end', async () => {
  const databases = []
  {
    await using one = await spawnApi()
    await using other = await spawnApi()
    expect(one.url).not.toBe(other.url)
    for (const api of [one, other]) {
      expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
      expect(process.kill(api.pid, 0)).toBe(true)
      databases.push(api.databaseUrl.slice('file:'.length))
      expect(existsSync(databases.at(-1) ?? '')).toBe(true)
    }
  }
  for (const database of databases) expect(existsSync(dirname(database))).toBe(false)
})

test('stop ends the process, and a given database is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-process-'))
  const file = join(folder, 'kept.db')
  const api = await spawnApi({ databaseUrl: `file:${file}` })
  await api.createAdmin('admin@example.org', 'a password for tests')
  expect(await api.stop()).toBe(0)
  expect(await api.ended).toBe(0)
  expect(api.output()).toContain('stopped')
  await api[Symbol.asyncDispose]()
  expect(existsSync(file)).toBe(true)
  await rm(folder, { recursive: true })
})

test('a killed process has no exit code', async () => {
  await using api = await spawnApi()
  expect(await api.stop('SIGKILL')).toBeNull()
  await expect(fetch(`${api.url}/readyz`)).rejects.toThrow('fetch failed')
})

test('errors of a start and of creating an admin contain the output of the process', async () => {
  await expect(spawnApi({ env: { PORT: 'x' } })).rejects.toThrow('PORT must be a whole number')
  await using api = await spawnApi()
  await expect(api.createAdmin('admin@example.org', 'short')).rejects.toThrow('at least 8 characters')
})

test('a new database can have an admin from the start, and each API has its own copy', async () => {
  const admin = { email: 'admin@example.org', password: 'a password for tests' }
  await using one = await spawnApi({ admin })
  await using other = await spawnApi({ admin })
  expect(one.databaseUrl).not.toBe(other.databaseUrl)
  const post = (url: string, path: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(path === '/auth/login' ? admin : { ...admin, email: 'reader@example.org' }),
    }).then(({ status }) => status)
  for (const { url } of [one, other]) {
    expect([await post(url, '/auth/login'), await post(url, '/auth/register')]).toEqual([200, 201])
  }
  await expect(spawnApi({ admin, databaseUrl: one.databaseUrl })).rejects.toThrow('Only a new database')
})
