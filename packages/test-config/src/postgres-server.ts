import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, glob, mkdtemp, rm, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How long the server may take to come up, in milliseconds. */
const START_MS = 60_000

/** What a run's databases may come to at the most. */
const ROOM_BYTES = 4_000_000_000

/** A PostgreSQL server of the test run's own, on a free port of the loopback interface. */
export type PostgresServer = { url: string; stop(): Promise<void> }

/**
 * Starts a server with fresh data, out of the newest PostgreSQL on this machine.
 *
 * @returns null when there is none
 */
export async function startPostgresServer(): Promise<PostgresServer | null> {
  const binaries = await findBinaries()
  if (binaries === null) return null
  // The server refuses to run as root: then it runs as the user that its package made, or as nobody.
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : null
  const identity = user === null ? {} : user
  const folder = await mkdtemp(join(await fastFolder(), 'prebook-postgres-'))
  if (user !== null) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const initdb = ['-D', data, '-U', 'prebook', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(join(binaries, 'initdb'), initdb, { ...identity, cwd: folder })

  const port = await freePort()
  // What is written need not survive a power cut: it is thrown away. Durability is the server's own promise.
  const settings = [
    'listen_addresses=127.0.0.1',
    'max_connections=200',
    'fsync=off',
    'full_page_writes=off',
    'wal_level=minimal',
    'max_wal_senders=0',
    'autovacuum=off',
    'shared_buffers=16MB',
  ]
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
    { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const log: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))
  const ended = once(server, 'close')
  const stop = async () => {
    // SIGINT is the fast shutdown: open connections are cut.
    if (server.exitCode === null) server.kill('SIGINT')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await ready(binaries, folder, port, () => server.exitCode === null)
  } catch (error) {
    await stop()
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error })
  }
  return { url: `postgres://prebook@127.0.0.1:${port}/postgres`, stop }
}

/** Memory, where there is room in it: making a database copies some hundred files. */
async function fastFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs('/dev/shm')
    return bavail * bsize > ROOM_BYTES ? '/dev/shm' : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** The folder of the newest server's programs, or null. */
async function findBinaries(): Promise<string | null> {
  const found = []
  for await (const initdb of glob('/usr/lib/postgresql/*/bin/initdb')) found.push(initdb)
  const version = (path: string) => Number(path.split('/')[4])
  const [newest] = found.toSorted((a, b) => version(b) - version(a))
  return newest === undefined ? null : join(newest, '..')
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])))
      return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
    } catch {
      // This machine has no such user.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function ready(binaries: string, folder: string, port: number, alive: () => boolean): Promise<void> {
  const deadline = performance.now() + START_MS
  for (;;) {
    try {
      await run(join(binaries, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { cwd: folder })
      return
    } catch (error) {
      if (!alive() || performance.now() > deadline) throw error
    }
  }
}
