import { execFile } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { pinned } from './cores.ts'
import type { Machine } from './record.ts'

const run = promisify(execFile)

/** The properties of this machine that figures depend on. */
export function describeMachine(postgres: string | null): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    // All of them: this process is pinned to half of the cores.
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    node: process.versions.node,
    sqlite: sqliteVersion(),
    postgres,
    pinned,
  }
}

function sqliteVersion(): string {
  const database = new Sqlite(':memory:')
  const version = database.prepare('select sqlite_version()').pluck().get()
  database.close()
  return String(version)
}

/** The measured commit, or null outside a repository. */
export async function currentCommit(): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty'])
    return stdout.trim()
  } catch {
    return null
  }
}
