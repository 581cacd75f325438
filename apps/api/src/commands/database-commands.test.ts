import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, insertUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'

type Ending = { code: number; stdout: string; stderr: string }

async function run(command: string, args: string[], databaseUrl = ''): Promise<Ending> {
  const entry = fileURLToPath(new URL(`./${command}.ts`, import.meta.url))
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl }
    execFile(process.execPath, [entry, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

let folder = ''
let source = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prebook-commands-'))
  source = `file:${join(folder, 'prebook.db')}`
  const store = await openStore(source)
  await store.write((tx) =>
    insertUser(tx, { email: 'admin@example.org', passwordHash: 'x', role: 'admin', now: 1 }),
  )
  await store.close()
})
afterAll(() => rm(folder, { recursive: true }))

const wrong: { command: string; args: string[]; code: number; says: RegExp }[] = [
  { command: 'copy-database', args: [], code: 2, says: /^Missing --from/ },
  { command: 'copy-database', args: ['--from', 'file:x'], code: 2, says: /^Missing --to/ },
  { command: 'copy-database', args: ['--form', 'file:x'], code: 2, says: /Unknown option '--form'/ },
  { command: 'copy-database', args: ['--from', 'a', '--to', 'b'], code: 1, says: /^A copy goes from SQLite/ },
  {
    command: 'copy-database',
    args: ['--from', 'file:./missing.db', '--to', 'postgres://127.0.0.1:1/x'],
    code: 1,
    says: /^There is no database .*missing\.db/,
  },
  { command: 'compact-database', args: ['now'], code: 2, says: /positional/ },
  { command: 'back-up-database', args: [], code: 2, says: /^Missing --to/ },
  { command: 'back-up-database', args: ['backup.db'], code: 2, says: /positional/ },
  {
    command: 'back-up-database',
    args: ['--to', '/nowhere/backup.db'],
    code: 1,
    says: /^There is no database|^The folder \/nowhere .* does not exist/,
  },
]

describe('the database commands', () => {
  test.each(wrong)(
    '$command $args exits with $code and one sentence',
    async ({ command, args, code, says }) => {
      const ending = await run(command, args)
      expect(ending).toMatchObject({ code, stdout: '' })
      expect(ending.stderr).toMatch(says)
      expect(ending.stderr.trim()).not.toContain('\n')
    },
  )

  test.each(['copy-database', 'back-up-database', 'compact-database'])(
    '%s --help shows its options',
    async (command) => {
      const ending = await run(command, ['--help'])
      expect(ending).toMatchObject({ code: 0, stderr: '' })
      expect(ending.stdout).toContain('Usage: pnpm database:')
    },
  )

  test('a database is compacted, and its sizes are reported', async () => {
    const ending = await run('compact-database', [], source)
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(ending.stdout).toMatch(/^Compacted .*prebook\.db: [\d,]+ bytes before, [\d,]+ now\.\n$/)
  })

  test('a backup reports its path and size, and is never overwritten', async () => {
    const to = join(folder, 'backup.db')
    const ending = await run('back-up-database', ['--to', to], source)
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    const bytes = await readFile(to)
    expect(ending.stdout).toContain(`Backed up ${source.slice(5)} to ${to} (`)
    expect(ending.stdout).toContain(`${bytes.length.toLocaleString('en')} bytes`)
    const again = await run('back-up-database', ['--to', to], source)
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect((await readFile(to)).equals(bytes)).toBe(true)
  })

  test('a backup of PostgreSQL is refused with a pointer to pg_dump', async () => {
    const ending = await run('back-up-database', ['--to', join(folder, 'pg.db')], 'postgres://host/name')
    expect(ending).toMatchObject({ code: 2, stdout: '' })
    expect(ending.stderr).toContain('pg_dump')
  })
})

describe.each(engines.filter((engine) => engine.name === 'postgres'))(
  'a copy to a database on $name',
  (engine) => {
    test('reports each table as text or JSON, and shows no progress without a terminal', async () => {
      await using target = await engine.createEmpty()
      const asText = await run('copy-database', ['--from', source, '--to', target.url])
      expect(asText).toMatchObject({ code: 0, stderr: '' })
      expect(asText.stdout).toMatch(/ {2}users: 1 row, checksum [0-9a-f]{16}\n/)
      await using other = await engine.createEmpty()
      const asJson = await run('copy-database', ['--from', source, '--to', other.url, '--json'])
      expect(asJson).toMatchObject({ code: 0, stderr: '' })
      const { tables } = JSON.parse(asJson.stdout) as { tables: unknown[] }
      const checksum: unknown = expect.stringMatching(/^[0-9a-f]{64}$/)
      expect(tables).toContainEqual({ table: 'users', rows: 1, checksum })
    })

    test('names the option, not the variable, when the target is wrong', async () => {
      await using target = await engine.createEmpty()
      const nowhere = target.url.replace(/[^/]*$/, 'nowhere')
      const ending = await run('copy-database', ['--from', source, '--to', nowhere])
      expect(ending).toMatchObject({ code: 1, stdout: '' })
      expect(ending.stderr).toMatch(
        /does not exist: create it \(createdb\), or correct its name in --to\.\n$/,
      )
    })
  },
)
