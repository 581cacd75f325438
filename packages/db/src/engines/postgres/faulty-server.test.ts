import { WAIT } from '@prebook/testing/bounds'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startPrivatePostgres, type PostgresServer } from '@prebook/testing/postgres'
import { openStore } from '../../open-store.ts'
import { findBook } from '../../queries/books.ts'
import { StoreOpenError, type ReceivedEvent } from '../../store.ts'
import { addBook } from '../../testing/rows.ts'
import { untilEventsArrive } from '../../testing/until-events-arrive.ts'
import { openPostgres, tooOld } from './open-postgres.ts'
import { certificate, certificateKey } from '../../testing/postgres-certificate.ts'

/** Contains every character that has a meaning in an address. */
const PASSWORD = 's3cr:e/t@%?#'

test.each([
  [140_000, null],
  [150_018, null],
  [180_004, null],
  [130_022, '13.22'],
  [100_000, '10.0'],
  [90_624, '9.6.24'],
])('of server version %s, the version that is too old is %s', (number, old) => {
  expect(tooOld(number)).toBe(old)
})

describe('on a PostgreSQL server that can fail', () => {
  let starting: Promise<PostgresServer> | undefined
  const server = () =>
    (starting ??= startPrivatePostgres({
      password: PASSWORD,
      settings: ['ssl=on'],
      files: { 'server.crt': certificate, 'server.key': certificateKey },
    }))
  afterAll(async () => (await starting)?.stop())

  async function run(...statements: string[]): Promise<void> {
    const client = new Client({ connectionString: (await server()).url })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  /** The server's address with some parts replaced. */
  async function address(change: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'search'>>) {
    return Object.assign(new URL((await server()).url), change).href
  }

  async function expectRefused(url: string, remedy: RegExp, open = openStore): Promise<void> {
    const error: unknown = await open(url, { lockWaitMs: 5_000 }).then(
      (store) => store.close(),
      (refusal: unknown) => refusal,
    )
    expect(error).toBeInstanceOf(StoreOpenError)
    const { message } = error as StoreOpenError
    expect(message).toMatch(/^The PostgreSQL database \w+ on 127\.0\.0\.1:\d+ /)
    expect(message).toMatch(remedy)
    expect(message).not.toContain('\n')
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong-password'])
      expect(message).not.toContain(secret)
  }

  test('a correct password with special characters is accepted', async () => {
    const store = await openStore(await address({}))
    expect(await store.read((reader) => findBook(reader, 1))).toBeUndefined()
    await store.close()
  })

  test('a wrong password, no password, and an unknown user get the same error', async () => {
    const remedy = /rejected the user or password: correct them in DATABASE_URL/
    await expectRefused(await address({ password: 'wrong-password' }), remedy)
    await expectRefused(await address({ password: '' }), remedy)
    await expectRefused(await address({ username: 'unknown' }), remedy)
  })

  test('an error about a missing database names it', async () => {
    await expectRefused(await address({ pathname: '/no_shop' }), /no_shop on .* does not exist: create it/)
  })

  test('an error about an old server names its version and the required one', async () => {
    await expectRefused(
      await address({}),
      /runs on PostgreSQL \d\d\.\d+, but Prebook needs 99 or newer: upgrade/,
      (url, options) => openPostgres(url, { ...options, oldestVersion: 99 }),
    )
  })

  test('an error about missing privileges says what to grant', async () => {
    await run(
      `create role guest login password 'guest'`,
      'create database shop',
      'revoke all on database shop from public',
    )
    const url = await address({ username: 'guest', password: 'guest', pathname: '/shop' })
    const remedy = /cannot be used by this user: grant the user CONNECT .* and CREATE/
    await expectRefused(url, remedy)
    await run('grant connect on database shop to guest')
    const shop = new Client({ connectionString: await address({ pathname: '/shop' }) })
    await shop.connect()
    await shop.query('revoke create on schema public from public')
    await expectRefused(url, remedy)
    await shop.query('grant create on schema public to guest')
    await expectRefused(url, /needs the extension pg_trgm, which this user may not create: let the owner/)
    await shop.query('create schema elsewhere')
    await shop.query('create extension pg_trgm schema elsewhere')
    await expectRefused(url, /in a schema that this user does not search: run ALTER EXTENSION pg_trgm/)
    await shop.query('alter extension pg_trgm set schema public')
    await shop.end()
    const store = await openStore(url)
    await store.close()
  })

  test('a server without free connections is not reported as unreachable', async () => {
    await run(
      `create role latecomer login password 'late' connection limit 0`,
      'grant connect on database postgres to latecomer',
    )
    await expectRefused(
      await address({ username: 'latecomer', password: 'late' }),
      /has no free connections: lower DATABASE_POOL_SIZE/,
    )
  })

  test('TLS is used if requested, and only with a trusted certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'prebook-tls-'))
    const authority = join(folder, 'authority.pem')
    await writeFile(authority, certificate)
    const warned = vi.spyOn(process, 'emitWarning')
    for (const mode of ['require', 'verify-full']) {
      const search = `?sslmode=${mode}`
      await expectRefused(
        await address({ search }),
        /has a certificate that is not trusted: add the certificate/,
      )
      await expectRefused(
        await address({ search: `${search}&sslrootcert=${join(folder, 'missing.pem')}` }),
        /needs a certificate or key file that does not exist: correct sslrootcert/,
      )
      const store = await openStore(await address({ search: `${search}&sslrootcert=${authority}` }))
      const { rows } = await store.read((reader) =>
        sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(reader),
      )
      expect(rows).toEqual([{ ssl: true }])
      await store.close()
    }
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
    await rm(folder, { recursive: true })
  })

  test('a store works again after the server stopped during a write and came back', async () => {
    const { halt, resume } = await server()
    const url = await address({})
    const store = await openStore(url, { lockWaitMs: 10_000 })
    const kept = await store.write((tx) => addBook(tx, { title: 'Kept' }))
    const received: ReceivedEvent[] = []
    store.listen((event) => received.push(event))
    const other = await openStore(url)
    await untilEventsArrive(other, received)
    await other.close()
    received.length = 0

    const half = store.write(async (tx) => {
      const bookId = await addBook(tx, { title: 'Half done' })
      await halt()
      return findBook(tx, bookId)
    })
    await expect(half).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    await expect(store.read((reader) => findBook(reader, kept))).rejects.toMatchObject({
      reason: 'STORE_BUSY',
    })
    await expect(store.write((tx) => addBook(tx))).rejects.toMatchObject({ reason: 'STORE_BUSY' })
    await expectRefused(url, /cannot be reached: start the server/)

    await resume()
    const titles = await store.read((reader) => reader.selectFrom('books').select('title').execute())
    expect(titles).toEqual([{ title: 'Kept' }])
    await store.write((tx) => addBook(tx))
    await vi.waitFor(() => expect(received).toContainEqual({ kind: 'missed' }), WAIT)
    await store.close()
  })
})
