import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { request } from './testing/http-request.ts'
import { failedStart, makeFolder } from './testing/processes.ts'

describe('an invalid configuration', () => {
  test('is rejected with every invalid variable and its allowed values', async () => {
    const { code, stdout, stderr } = await failedStart({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      CORS_ORIGINS: 'foo',
      TRUSTED_PROXIES: '-1',
      PUBLIC_URL: 'books.example.org',
      REGISTRATIONS_PER_HOUR: '0',
      LOGIN_FAILURES_PER_HOUR: '1.5',
    })

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      'Invalid environment variables:',
      expect.stringMatching(/^ {2}PORT must be a whole number from 0 to 65535; got "abc"$/),
      expect.stringMatching(/^ {2}PUBLIC_URL must be .*https:\/\/.*; got "books.example.org"$/),
      expect.stringMatching(/^ {2}CORS_ORIGINS must be .*; got "foo"$/),
      expect.stringMatching(/^ {2}TRUSTED_PROXIES must be .*; got "-1"$/),
      expect.stringMatching(/^ {2}LOG_LEVEL must be one of .*info.*; got "loud"$/),
      expect.stringMatching(/^ {2}REGISTRATIONS_PER_HOUR must be .*; got "0"$/),
      expect.stringMatching(/^ {2}LOGIN_FAILURES_PER_HOUR must be .*; got "1.5"$/),
    ])
  })

  test('does not include empty variables, which count as unset', async () => {
    await using api = await spawnApi({ env: { LOG_LEVEL: '', CORS_ORIGINS: '', PUBLIC_URL: '' } })

    expect((await request(api.url, 'GET', '/readyz')).status).toBe(200)
  })

  test('includes a port in use and an address that this machine does not have', async () => {
    await using folder = await makeFolder()
    await using api = await spawnApi()
    const { port } = new URL(api.url)
    const free = { DATABASE_URL: folder.databaseUrl }

    expect(await failedStart({ ...free, PORT: port })).toEqual({
      code: 1,
      stdout: '',
      stderr: `Cannot listen on 127.0.0.1, port ${port}: the port is already in use: stop the other process, or set PORT to another port.\n`,
    })
    expect(await failedStart({ ...free, HOST: '203.0.113.1' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Cannot listen on 203\.0\.113\.1, .*: change HOST\.\n$/),
    })
    expect((await request(api.url, 'GET', '/readyz')).status).toBe(200)
  })
})

/** Returns the error about a database. It must be a single sentence without a stack trace or class names. */
async function refusalOf(databaseUrl: string): Promise<string> {
  const { code, stdout, stderr } = await failedStart({ DATABASE_URL: databaseUrl })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^[^\n]+\.\n$/)
  expect(stderr).not.toMatch(/\bat |Error:|node_modules|SQLITE/)
  return stderr
}

describe('an unusable database is rejected in one sentence that says what to do', () => {
  test('when its folder does not exist', async () => {
    await using folder = await makeFolder()
    const missing = join(folder.path, 'missing')

    expect(await refusalOf(`file:${missing}/prebook.db`)).toMatch(
      new RegExp(`mkdir -p ${missing}\\b.*DATABASE_URL`),
    )
  })

  test('when it is a folder', async () => {
    await using folder = await makeFolder()

    expect(await refusalOf(`file:${folder.path}`)).toMatch(/is a folder: set DATABASE_URL to a file in it/)
  })

  test('when it is a text file, which stays unchanged', async () => {
    await using folder = await makeFolder()
    const file = join(folder.path, 'notes.txt')
    const text = 'These are notes, and they are long enough to be more than a header. '.repeat(20)
    await writeFile(file, text)

    expect(await refusalOf(`file:${file}`)).toMatch(/is not a SQLite database.*DATABASE_URL/)
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  test('when it belongs to another application, and it stays unchanged', async () => {
    await using folder = await makeFolder()
    const file = join(folder.path, 'other.db')
    using other = new DatabaseSync(file)
    other.exec('create table songs (title text)')

    expect(await refusalOf(`file:${file}`)).toMatch(/another application: set DATABASE_URL to a new file/)
    expect(other.prepare('select name from sqlite_master').all()).toEqual([{ name: 'songs' }])
  })

  test('when a newer version of Prebook has migrated it', async () => {
    await using folder = await makeFolder()
    const api = await spawnApi({ databaseUrl: folder.databaseUrl })
    await api.stop()
    using database = new DatabaseSync(folder.databaseUrl.slice('file:'.length))
    database.exec(`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2099')`)

    expect(await refusalOf(folder.databaseUrl)).toMatch(
      /newer version of Prebook \(9999-from-the-future\): start that version/,
    )
  })

  test('when it is not writable', async () => {
    await using folder = await makeFolder()
    const locked = join(folder.path, 'locked')
    await mkdir(locked)
    await chmod(locked, 0o500)
    // The superuser may write almost anywhere, but not in /proc.
    const folderPath = process.getuid?.() === 0 ? '/proc' : locked

    expect(await refusalOf(`file:${folderPath}/prebook.db`)).toMatch(
      /cannot be written: .*permission.*DATABASE_URL/,
    )
  })

  test.each(['mysql://host/db', '/var/lib/prebook.db', 'file::memory:'])(
    'when its address is invalid: %s',
    async (databaseUrl) => {
      expect(await refusalOf(databaseUrl)).toMatch(/DATABASE_URL must .*file:\.\/data\/prebook\.db/)
    },
  )
})

test('logs the address and the database at startup, even at LOG_LEVEL=silent', async () => {
  await using api = await spawnApi({ env: { LOG_LEVEL: 'silent' } })
  await request(api.url, 'GET', '/books')

  expect(JSON.parse(api.output())).toMatchObject({
    msg: 'serving requests',
    url: api.url,
    docs: `${api.url}/docs`,
    database: 'sqlite',
  })
})
