import { spawnNode, type NodeProcess } from './spawn-node.ts'
import { WAIT_MS } from './bounds.ts'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Set to the path of a bundle that tests start in place of the API's sources. */
export const API_ENTRY_VARIABLE = 'TEST_API_ENTRY'

/** The program of the API. */
export const apiEntry =
  process.env[API_ENTRY_VARIABLE] ?? fileURLToPath(new URL('../../../apps/api/src/main.ts', import.meta.url))
const adminEntry = fileURLToPath(new URL('../../../apps/api/src/commands/admin-create.ts', import.meta.url))

/** How much output of a process is kept, in characters. Older output is discarded. */
const MAX_OUTPUT = 4_000_000

type Credentials = { email: string; password: string }

export type SpawnApiOptions = {
  /** The database. By default, a new SQLite file in a temporary folder that is deleted at the end. */
  databaseUrl?: string
  /** An admin in the new database, from the start. */
  admin?: Credentials
  /** Additional environment variables. The environment of this process is not passed on. */
  env?: Record<string, string>
}

/** The real API, in its own process, on a free port of the loopback interface. */
export type ApiProcess = AsyncDisposable & {
  /** Its base URL, such as `http://127.0.0.1:49152`. */
  url: string
  databaseUrl: string
  pid: number
  /** Its standard output and standard error: the latest few megabytes. */
  output(): string
  /** Resolves to the exit code when the process has ended; null when a signal ended it. */
  ended: Promise<number | null>
  /** Creates an admin with the operator's command. */
  createAdmin(email: string, password: string): Promise<void>
  /** Sends a signal (by default SIGTERM), and resolves to the exit code; null when the signal ended the process. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts the API and waits until it is ready.
 *
 * @throws Error with the output of the process, when it exits or is not ready in time
 */
export async function spawnApi(options: SpawnApiOptions = {}): Promise<ApiProcess> {
  const folder = options.databaseUrl === undefined ? await mkdtemp(join(tmpdir(), 'prebook-api-')) : null
  const file = join(String(folder), 'prebook.db')
  const databaseUrl = options.databaseUrl ?? `file:${file}`
  if (options.admin !== undefined) {
    if (folder === null) throw new Error('Only a new database can have an admin from the start.')
    await writeFile(file, await databaseWithAdmin(options.admin))
  }
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    STOP_GRACE_MS: '0',
    // No sign-in is refused because the machine is busy.
    SIGN_IN_WAIT_MS: String(WAIT_MS),
    ...options.env,
  }
  const child = spawnNode([apiEntry], { env })
  const output = collectOutput(child)
  // Not `exit`, because the last output may not have been read by then.
  const ended = once(child, 'close').then(([code]) => code as number | null)

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return withTimeout(ended, 'Stopping the API', output)
  }
  const dispose = async (): Promise<void> => {
    try {
      await stop()
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    } finally {
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    }
  }
  try {
    const url = await withTimeout(
      Promise.race([readyUrl(child, output), rejectOnExit(ended, output)]),
      'Starting the API',
      output,
    )
    return {
      url,
      databaseUrl,
      pid: Number(child.pid),
      output,
      ended,
      stop,
      createAdmin: (email, password) => createAdmin(env, email, password),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

const databases = new Map<string, Promise<Buffer>>()

/**
 * The file of a new database with one admin. The operator's command creates it once for each account. Copies of it save
 * the other tests a process that takes as long to start as the API.
 */
function databaseWithAdmin({ email, password }: Credentials): Promise<Buffer> {
  const key = JSON.stringify([email, password])
  const created = databases.get(key) ?? createDatabase(email, password)
  databases.set(key, created)
  return created
}

async function createDatabase(email: string, password: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-admin-'))
  try {
    const file = join(folder, 'prebook.db')
    await createAdmin({ PATH: process.env['PATH'] ?? '', DATABASE_URL: `file:${file}` }, email, password)
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function collectOutput(child: NodeProcess<Writable | null>): () => string {
  const chunks: string[] = []
  let size = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk)
      size += chunk.length
      while (size > MAX_OUTPUT && chunks.length > 1) size -= chunks.shift()?.length ?? 0
    })
  }
  return () => chunks.join('')
}

/** The URL in the log line that reports that the API is ready. */
async function readyUrl(child: NodeProcess, output: () => string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const check = () => {
    const url = /"url":"(http:[^"]+)"/.exec(output())?.[1]
    if (url === undefined) return
    child.stdout.off('data', check)
    resolve(url)
  }
  child.stdout.on('data', check)
  check()
  return promise
}

async function rejectOnExit(ended: Promise<number | null>, output: () => string): Promise<never> {
  const code = await ended
  throw new Error(`The API exited with code ${code} before it was ready:\n${output()}`)
}

async function createAdmin(env: Record<string, string>, email: string, password: string): Promise<void> {
  const child = spawnNode([adminEntry, '--email', email, '--password-stdin'], { env, stdin: 'pipe' })
  const output = collectOutput(child)
  const ended = once(child, 'close')
  child.stdin.end(password)
  const [code] = await withTimeout(ended, 'Creating the admin', output)
  if (code !== 0) throw new Error(`The admin could not be created (exit code ${code}):\n${output()}`)
}

async function withTimeout<T>(promise: Promise<T>, what: string, output: () => string): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`${what} took longer than ${WAIT_MS} ms:\n${output()}`)),
    WAIT_MS,
  )
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}
