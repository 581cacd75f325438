import { WAIT_MS } from '../bounds.ts'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { createServer, Socket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PostgresPrograms } from './find-postgres.ts'

const run = promisify(execFile)

/** How long the server may take to come up, in milliseconds. */
const START_MS = WAIT_MS

/** What a run's databases may come to at the most. */
const ROOM_BYTES = 4_000_000_000

/** Who owns everything in the server. */
const SUPERUSER = 'prebook'

// What is written need not survive a power cut: it is thrown away. Durability is the server's own promise.
const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=200',
  'fsync=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  // Statistics would change under a test's feet; who looks at plans runs ANALYZE.
  'autovacuum=off',
  'shared_buffers=16MB',
]

// The server's parent is a shell that waits for the end of its standard input, which comes with the end of the process
// that holds the other side, however that ends: by itself, by a signal, or by kill -9. Then it stops the server (SIGINT is
// the fast shutdown: open connections are cut) and removes the folder, unless a file in it says that it stays.
const keeper = `
  folder=$1; shift
  exec 3<&0
  "$@" 3<&- & server=$!
  { cat <&3 >/dev/null; while kill -INT $server 2>/dev/null; do sleep 1; done; } &
  watch=$!
  wait $server
  kill $watch 2>/dev/null
  [ -e "$folder/stay" ] || rm -rf "$folder"
`

/** A PostgreSQL server of the test run's own, on a free port of the loopback interface. */
export type PostgresServer = AsyncDisposable & {
  /** Its database `postgres`, as its superuser. */
  url: string
  /** Takes it down and keeps its data. */
  halt: () => Promise<void>
  /** Brings it up again where it was. */
  resume: () => Promise<void>
  /** Takes it down and removes its data; the end of this process does the same. */
  stop: () => Promise<void>
}

export type PostgresServerOptions = {
  /** The superuser's password, which every connection must give; without it none is asked for. */
  password?: string
  /** Settings in addition, such as `ssl=on`. */
  settings?: string[]
  /** Files to put beside the data before the start, by name. Settings name them as they are: the folder is the server's. */
  files?: Record<string, string>
  /** A folder on a disk to keep the data in, for whoever measures what flushing costs; else it is in memory if that has room. */
  folder?: string
}

/** Starts a server with fresh data. */
export async function startPostgresServer(
  found: PostgresPrograms,
  options: PostgresServerOptions = {},
): Promise<PostgresServer> {
  // The server refuses to run as root: then it runs as the user that its package made, or as nobody.
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : null
  const identity = user ?? {}
  const folder = await mkdtemp(join(options.folder ?? (await fastFolder()), 'prebook-postgres-'))
  try {
    if (user !== null) await chown(folder, user.uid, user.gid)
    const programs = await usablePrograms(found, folder, identity)
    const data = join(folder, 'data')
    const initdb = ['-D', data, '-U', SUPERUSER, '-E', 'UTF8', '--locale=C', '--no-sync']
    if (options.password === undefined) initdb.push('-A', 'trust')
    else {
      const file = join(folder, 'password')
      await writeOwned(file, options.password, user)
      initdb.push('-A', 'scram-sha-256', '--pwfile', file)
    }
    await run(programs.initdb, initdb, { ...identity, cwd: folder })
    for (const [name, text] of Object.entries(options.files ?? {}))
      await writeOwned(join(data, name), text, user)

    const port = await freePort()
    const given = [...settings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting])
    const command = [programs.postgres, '-D', data, '-p', String(port), '-k', folder, ...given]
    let running = await up(command, folder, identity)
    const halt = async () => {
      await writeFile(join(folder, 'stay'), '')
      await down(running)
    }
    const stop = async () => {
      await rm(join(folder, 'stay'), { force: true })
      await down(running)
      await rm(folder, { recursive: true, force: true })
    }
    const secret = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}`
    return {
      url: `postgres://${SUPERUSER}${secret}@127.0.0.1:${port}/postgres`,
      halt,
      async resume() {
        await rm(join(folder, 'stay'), { force: true })
        running = await up(command, folder, identity)
      },
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

type Identity = { uid?: number; gid?: number }

/** Starts the server on its data and waits until it takes connections. */
async function up(command: string[], folder: string, identity: Identity): Promise<ChildProcess> {
  const shell = spawn('/bin/sh', ['-c', keeper, 'sh', folder, ...command], {
    ...identity,
    cwd: folder,
    // A group of its own: Ctrl-C in a terminal is for the test run, which lets go of the server at its end.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const log: string[] = []
  shell.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text))
  shell.stdin?.on('error', () => {})
  const deadline = performance.now() + START_MS
  while (!(await isReady(folder))) {
    if (shell.exitCode === null && performance.now() < deadline) {
      await pause(20)
      continue
    }
    await down(shell)
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`)
  }
  // This process may end while the server runs.
  shell.unref()
  for (const pipe of [shell.stdin, shell.stderr]) if (pipe instanceof Socket) pipe.unref()
  return shell
}

async function down(shell: ChildProcess): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null) return
  const ended = once(shell, 'exit')
  shell.ref()
  shell.stdin?.end()
  await ended
}

/** The last line that the server writes into its lock file says how far it is; `pg_ctl` looks at the same. */
async function isReady(folder: string): Promise<boolean> {
  const file = join(folder, 'data', 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n')[7]?.trim() === 'ready'
}

/** The programs as the server's user may run them: those of a package in a private folder are copied. */
async function usablePrograms(
  { initdb, postgres }: PostgresPrograms,
  folder: string,
  identity: Identity,
): Promise<Pick<PostgresPrograms, 'initdb' | 'postgres'>> {
  const runs = await run(postgres, ['--version'], { ...identity, cwd: folder }).then(
    () => true,
    () => false,
  )
  if (runs) return { initdb, postgres }
  // Beside bin are the libraries and the texts that the programs look for relative to themselves.
  const copy = join(folder, 'programs')
  await cp(join(dirname(postgres), '..'), copy, { recursive: true, dereference: true })
  await run('chmod', ['-R', 'a+rX', copy])
  const copied = (program: string) => join(copy, basename(dirname(program)), basename(program))
  return { initdb: copied(initdb), postgres: copied(postgres) }
}

async function writeOwned(
  file: string,
  text: string,
  user: { uid: number; gid: number } | null,
): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  if (user !== null) await chown(file, user.uid, user.gid)
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
