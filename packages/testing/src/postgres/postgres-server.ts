import { WAIT_MS } from '../bounds.ts'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PostgresPrograms } from './find-postgres.ts'
import { freePort } from './free-port.ts'
import { userInsteadOfRoot } from './user-instead-of-root.ts'

const run = promisify(execFile)

/** How long the server may take to start, in milliseconds. */
const START_MS = WAIT_MS

/** The free memory that a test run may need for its databases, in bytes. */
const REQUIRED_BYTES = 4_000_000_000

/** The superuser of the server. */
const SUPERUSER = 'prebook'

// The data is temporary, so it need not survive a power cut.
const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=200',
  'fsync=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  // Statistics must not change during a test. Tests of query plans run ANALYZE.
  'autovacuum=off',
  'shared_buffers=16MB',
]

// The parent of the server is a shell that waits for the end of its standard input, which comes when this process ends,
// even by kill -9. Then it stops the server (SIGINT is the fast shutdown, which closes open connections) and deletes
// the folder, unless it contains the file `stay`.
const supervisor = `
  folder=$1; shift
  exec 3<&0
  "$@" 3<&- & server=$!
  { cat <&3 >/dev/null; while kill -INT $server 2>/dev/null; do sleep 1; done; } &
  watch=$!
  wait $server
  kill $watch 2>/dev/null
  [ -e "$folder/stay" ] || rm -rf "$folder"
`

/** A temporary PostgreSQL server on a free port of the loopback interface. */
export type PostgresServer = AsyncDisposable & {
  /** The address of its database `postgres`, with its superuser. */
  url: string
  /** Stops the server and keeps its data. */
  halt: () => Promise<void>
  /** Starts the server again with the same data and port. */
  resume: () => Promise<void>
  /** Ends the server at once, like a crash, and keeps its data. */
  crash: () => Promise<void>
  /** The folder of its data. */
  data: string
  /** Stops the server and deletes its data. The same happens when this process ends. */
  stop: () => Promise<void>
}

export type PostgresServerOptions = {
  /** The superuser's password. Without it, connections need no password. */
  password?: string
  /** Additional settings, such as `ssl=on`. */
  settings?: string[]
  /** Files to create in the data folder before the start, by name. Settings can refer to them by name. */
  files?: Record<string, string>
  /** Makes a standby of another server, which must be halted meanwhile, and have a `wal_level` of `replica`. */
  standbyOf?: Pick<PostgresServer, 'url' | 'data'>
  /** The parent folder of the data, for measurements on a real disk. By default in memory, if there is enough. */
  folder?: string
}

/** Starts a server with new data. */
export async function startPostgresServer(
  found: PostgresPrograms,
  options: PostgresServerOptions = {},
): Promise<PostgresServer> {
  // The server refuses to run as root. Then it runs as the user `postgres` of its package, or as an unprivileged user.
  const user = await userInsteadOfRoot()
  const identity = user ?? {}
  const folder = await mkdtemp(join(options.folder ?? (await fastFolder()), 'prebook-postgres-'))
  try {
    if (user !== null) await chown(folder, user.uid, user.gid)
    const programs = await usablePrograms(found, folder, identity)
    const data = join(folder, 'data')
    const { standbyOf } = options
    const initdb = ['-D', data, '-U', SUPERUSER, '-E', 'UTF8', '--locale=C', '--no-sync']
    if (options.password === undefined) initdb.push('-A', 'trust')
    else {
      const file = join(folder, 'password')
      await writeOwned(file, options.password, user)
      initdb.push('-A', 'scram-sha-256', '--pwfile', file)
    }
    if (standbyOf === undefined) await run(programs.initdb, initdb, { ...identity, cwd: folder })
    else {
      // With owners and modes, which the server checks.
      await run('cp', ['-a', standbyOf.data, data])
      await writeOwned(join(data, 'standby.signal'), '', user)
    }
    for (const [name, text] of Object.entries(options.files ?? {}))
      await writeOwned(join(data, name), text, user)

    const port = await freePort()
    const replication = standbyOf === undefined ? [] : [`primary_conninfo=${connectionInfo(standbyOf.url)}`]
    const given = [...settings, ...(options.settings ?? []), ...replication].flatMap((setting) => [
      '-c',
      setting,
    ])
    const command = [programs.postgres, '-D', data, '-p', String(port), '-k', folder, ...given]
    let running = await startServer(command, folder, identity)
    const halt = async () => {
      await writeFile(join(folder, 'stay'), '')
      await stopServer(running)
    }
    const stop = async () => {
      await rm(join(folder, 'stay'), { force: true })
      await stopServer(running)
      await rm(folder, { recursive: true, force: true })
    }
    const secret = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}`
    return {
      url: `postgres://${SUPERUSER}${secret}@127.0.0.1:${port}/postgres`,
      halt,
      async resume() {
        await rm(join(folder, 'stay'), { force: true })
        running = await startServer(command, folder, identity)
      },
      async crash() {
        await writeFile(join(folder, 'stay'), '')
        const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
        process.kill(Number(pid), 'SIGQUIT')
        await stopServer(running)
      },
      data,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

type Identity = { uid?: number; gid?: number }

/** Starts the server on its data and waits until it accepts connections. */
async function startServer(command: string[], folder: string, identity: Identity): Promise<ChildProcess> {
  const shell = spawn('/bin/sh', ['-c', supervisor, 'sh', folder, ...command], {
    ...identity,
    cwd: folder,
    // In its own process group, so that Ctrl-C in a terminal only reaches the test run, which stops the server at its
    // end.
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
    await stopServer(shell)
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`)
  }
  // This process may end while the server runs.
  shell.unref()
  for (const pipe of [shell.stdin, shell.stderr]) if (pipe instanceof Socket) pipe.unref()
  return shell
}

async function stopServer(shell: ChildProcess): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null) return
  const ended = once(shell, 'exit')
  shell.ref()
  shell.stdin?.end()
  await ended
}

/** Reads the status in the last line of the server's lock file, like `pg_ctl`. */
async function isReady(folder: string): Promise<boolean> {
  const file = join(folder, 'data', 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n')[7]?.trim() === 'ready'
}

/** Programs that the server's user can run. Those in a private folder are copied. */
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
  // The programs find their libraries and data in folders next to `bin`.
  const copy = join(folder, 'programs')
  await cp(join(dirname(postgres), '..'), copy, { recursive: true, dereference: true })
  await run('chmod', ['-R', 'a+rX', copy])
  const copied = (program: string) => join(copy, basename(dirname(program)), basename(program))
  return { initdb: copied(initdb), postgres: copied(postgres) }
}

/** How a standby connects to its primary. The name is the one for `synchronous_standby_names`. */
function connectionInfo(primaryUrl: string): string {
  const { hostname, port, username, password } = new URL(primaryUrl)
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`
  return `host=${hostname} port=${port} user=${username}${secret} application_name=standby`
}

async function writeOwned(
  file: string,
  text: string,
  user: { uid: number; gid: number } | null,
): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  if (user !== null) await chown(file, user.uid, user.gid)
}

/** A folder in memory, if there is enough. Creating a database copies several hundred files. */
async function fastFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs('/dev/shm')
    return bavail * bsize > REQUIRED_BYTES ? '/dev/shm' : tmpdir()
  } catch {
    return tmpdir()
  }
}
